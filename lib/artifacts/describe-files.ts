import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestFile } from './digest.ts';
import { filesBelow } from './files.ts';
import type { Manifest } from './store.ts';

export const MANIFEST = 'manifest.json';

/**
 * What the manifest says of the files of a staging folder, once their content is on the disk.
 * @param records how many records a file holds, by its name
 */
export async function describeFiles(
  folder: string,
  records: Record<string, number>,
): Promise<Manifest['files']> {
  const described: Manifest['files'] = {};
  for (const name of await filesBelow(folder)) {
    if (basename(name) === MANIFEST) continue;
    const path = join(folder, name);
    const [digest, { size: bytes }] = await Promise.all([digestFile(path), stat(path), flush(path)]);
    described[name] = { digest, bytes, ...(name in records && { records: records[name]! }) };
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
