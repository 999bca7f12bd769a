/** The finished stages in a folder of artifacts. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sumBy } from '../arithmetic/sums.ts';
import { MANIFEST } from './describe-files.ts';
import type { Manifest, StoredArtifact } from './store.ts';

/** Every `<root>/<stage>/<key>` that has a manifest. */
export async function* finishedStages(root: string): AsyncGenerator<StoredArtifact> {
  for (const stage of await foldersIn(root))
    for (const key of await foldersIn(join(root, stage))) {
      const text = await readFile(join(root, stage, key, MANIFEST), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const { files } = JSON.parse(text) as Manifest;
      yield { stage, key, bytes: sumBy(Object.values(files), (file) => file.bytes) };
    }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
