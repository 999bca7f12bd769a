import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { shareOut } from '../threads/share-out.ts';
import { digestFile } from './digest.ts';
import { filesBelow } from './files.ts';
import type { Manifest } from './store.ts';

export const MANIFEST = 'manifest.json';

const FILES_AT_ONCE = 4;

/**
 * What the manifest says of the files of a staging folder, once their content is on the disk.
 * @param records how many records a file holds, by its name
 */
export async function describeFiles(
  folder: string,
  records: Record<string, number>,
): Promise<Manifest['files']> {
  const names = (await filesBelow(folder)).filter((name) => basename(name) !== MANIFEST);
  const described: Manifest['files'] = Object.fromEntries(
    names.map((name) => [name, { digest: '', bytes: 0 }]),
  );
  // One file is digested while the disk takes another in.
  const turns = Array.from({ length: FILES_AT_ONCE }, (_, turn) => turn);
  await shareOut(names, turns, undefined, async (_, name) => {
    const path = join(folder, name);
    const [digest, { size: bytes }] = await Promise.all([digestFile(path), stat(path), flush(path)]);
    described[name] =
      records[name] === undefined ? { digest, bytes } : { digest, bytes, records: records[name] };
  });
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
