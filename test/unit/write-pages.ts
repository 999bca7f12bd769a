import { pageLine } from '../../lib/corpus/formats.ts';
import { writeLines } from '../../lib/corpus/line-file.ts';
import type { Page } from '../../lib/corpus/page.ts';

/** Writes pages as stages pass them on, as JSONL; gives back how many there were. */
export async function writePages(path: string, pages: Iterable<Page> | AsyncIterable<Page>): Promise<number> {
  const lines = async function* () {
    for await (const page of pages) yield pageLine(page);
  };
  return writeLines(path, lines());
}
