import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { digestFile } from './digest.ts';
import type { Manifest } from './store.ts';

export const MANIFEST = 'manifest.json';

/**
 * What the manifest says of the files of a draft, once their content is on the disk.
 * @param records how many records a file holds, by its name
 */
export async function describeFiles(
  folder: string,
  records: Record<string, number>,
): Promise<Manifest['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && basename(entry.name) !== MANIFEST)
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
  const described: Manifest['files'] = {};
  for (const name of names) {
    const path = join(folder, name);
    await flush(path);
    const file = { digest: await digestFile(path), bytes: (await stat(path)).size };
    described[name] = records[name] === undefined ? file : { ...file, records: records[name] };
  }
  return described;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
