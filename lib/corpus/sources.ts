/** From what a user calls a source (path, folder, glob, `file://` address) to local files. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob, isDynamicPattern } from 'tinyglobby';
import { InvalidInput } from '../settings/invalid-input.ts';
import { DATASET_NAMES, isDatasetName, type OnPassedOver } from './dataset-names.ts';

/**
 * Local files of a source, as absolute paths. The order of a list is kept, because for a repeated id the last record
 * wins; a folder or a glob gives its files sorted by path. No file comes twice.
 *
 * @param source paths (relative ones against the working directory), globs, folders or `file://` addresses
 * @throws {InvalidInput} where nothing lies under a name, or an address is of a kind that cannot be read
 */
export async function resolveSources(
  source: string | string[],
  onPassedOver?: OnPassedOver,
): Promise<string[]> {
  const files = new Set<string>();
  for (const one of [source].flat()) for (const file of await resolveOne(one, onPassedOver)) files.add(file);
  return [...files];
}

async function resolveOne(source: string, onPassedOver?: OnPassedOver): Promise<string[]> {
  const local = path.resolve(localPath(source));
  const found = await stat(local).catch(() => undefined);
  if (found?.isFile()) return [local];
  if (found?.isDirectory()) {
    const all = await search('**/*', local);
    const files = all.filter(isDatasetName);
    onPassedOver?.(all.filter((file) => !isDatasetName(file)));
    if (files.length > 0) return files;
    throw new InvalidInput(source, 'this folder holds no dataset', `Of a folder are taken ${DATASET_NAMES}.`);
  }
  if (found)
    throw new InvalidInput(source, 'this is neither a file nor a folder', 'Name a file, a folder or a glob.');
  if (isDynamicPattern(source)) {
    const files = await search(localPath(source), process.cwd());
    if (files.length > 0) return files;
    throw new InvalidInput(
      source,
      'no file matches this pattern',
      `It was searched from ${process.cwd()}; check the folder and the ending.`,
    );
  }
  throw new InvalidInput(
    source,
    'there is no such file',
    `It was looked for at ${local}; check the name, or give the whole path.`,
  );
}

function localPath(source: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (scheme === undefined) return source;
  if (scheme === 'file') return filePath(source);
  throw new InvalidInput(
    source,
    `a source cannot be read from ${scheme}://`,
    'Copy it to a folder that the worker can read, and name that path or its file:// address.',
  );
}

function filePath(address: string): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    throw new InvalidInput(
      address,
      `this is no address of a local file (${(cause as Error).message})`,
      'Write it as file:///folder/name.csv.',
    );
  }
}

async function search(pattern: string, cwd: string): Promise<string[]> {
  const files = await glob(pattern, { cwd, absolute: true, onlyFiles: true, expandDirectories: false });
  return files.map((file) => path.resolve(file)).sort();
}
