/** Changes in the records of a class, or of a corpus, since an earlier run. */
import { createHash } from 'node:crypto';
import type { Page } from '../corpus/page.ts';
import type { TextChange } from './run-comparison-schema.ts';

/** Compares two sets of records by their ids. */
export async function textDifferences(
  before: AsyncIterable<Page>,
  after: AsyncIterable<Page>,
): Promise<TextChange> {
  const known = new Map<string, string>();
  for await (const page of before) known.set(page.id, contentOf(page));
  const counts = { before: known.size, after: 0, added: 0, removed: 0, changed: 0 };
  for await (const page of after) {
    counts.after++;
    const content = known.get(page.id);
    if (content === undefined) counts.added++;
    else if (content !== contentOf(page)) counts.changed++;
    known.delete(page.id);
  }
  counts.removed = known.size;
  const differing = counts.added + counts.removed + counts.changed;
  return { ...counts, share: differing / Math.max(1, counts.before + counts.added) };
}

/** A digest instead of the text, so that memory depends only on the number of records. */
const contentOf = ({ label, text }: Page) =>
  createHash('sha256')
    .update(JSON.stringify([label, text]))
    .digest('base64')
    .slice(0, 22);
