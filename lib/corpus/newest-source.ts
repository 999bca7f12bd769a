/** The newest file of each source, for a dataset that is scraped again under a new name every time. */
import { stat } from 'node:fs/promises';
import { isDynamicPattern } from 'tinyglobby';
import { resolveSources } from './sources.ts';

/**
 * As `resolveSources`, but of a glob or a folder only the file that was written last; of files of the same moment the
 * last by name. A name under which nothing lies is the beginning of names: `/data/scrape-` stands for `/data/scrape-*`.
 * @throws {InvalidInput} where nothing lies under a name
 */
export async function resolveNewestSources(source: string | string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const one of [source].flat()) files.add(await newestOf(await resolveSources(await asPattern(one))));
  return [...files];
}

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

async function newestOf(files: readonly string[]): Promise<string> {
  const dated = await Promise.all(files.map(async (file) => ({ file, time: (await timeOf(file)) ?? 0 })));
  return dated.reduce((newest, one) => (one.time >= newest.time ? one : newest)).file;
}

/** When a file was written last, in milliseconds. */
const timeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
