/** The newest file of each source, for a dataset that is scraped again under a new name every time. */
import { stat } from 'node:fs/promises';
import { isDynamicPattern } from 'tinyglobby';
import type { OnPassedOver } from './dataset-names.ts';
import { resolveSources } from './sources.ts';

/**
 * As `resolveSources`, but of a glob or a folder only the file that was written last; of files of the same moment the
 * last by name. A name under which nothing lies is the beginning of names: `/data/scrape-` stands for `/data/scrape-*`.
 * @throws {InvalidInput} where nothing lies under a name
 */
export async function resolveNewestSources(
  source: string | string[],
  onPassedOver?: OnPassedOver,
): Promise<string[]> {
  const files = new Set<string>();
  for (const one of [source].flat()) {
    const found = await resolveSources(await asPattern(one), onPassedOver);
    const dated = await Promise.all(
      found.map(async (path) => ({ path, writtenAt: (await timeOf(path)) ?? 0 })),
    );
    files.add(newestOf(dated).path);
  }
  return [...files];
}

/** Of what was written at the latest moment, the last. */
export const newestOf = <T extends { writtenAt: number }>(files: readonly T[]): T =>
  files.reduce((newest, one) => (one.writtenAt >= newest.writtenAt ? one : newest));

async function asPattern(source: string): Promise<string> {
  const isBeginning =
    !isDynamicPattern(source) && !/^[a-z][a-z0-9+.-]+:\/\//i.test(source) && !(await timeOf(source));
  if (!isBeginning) return source;
  const pattern = `${source.replace(/[()[\]{}!*?+@\\]/g, '\\$&')}*`;
  // Without any match the message should name what the user wrote.
  return resolveSources(pattern).then(
    () => pattern,
    () => source,
  );
}

/** When a file was written last, in milliseconds. */
const timeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
