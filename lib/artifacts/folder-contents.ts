/** What lies in a folder of artifacts: finished stages, and what unfinished ones left. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover, Manifest, StoredArtifact } from './store.ts';

const MANIFEST = 'manifest.json';
/** Where unfinished stages keep their files. */
const UNFINISHED = ['drafts', 'scratch'];

/** The finished stages, `<root>/<stage>/<key>`; what has no manifest is none. */
export async function* finishedStages(root: string): AsyncGenerator<StoredArtifact> {
  for (const stage of await foldersIn(root))
    for (const key of await foldersIn(join(root, stage))) {
      const path = join(root, stage, key, MANIFEST);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const { files } = JSON.parse(text) as Manifest;
      const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
      yield { stage, key, bytes, publishedAt: (await stat(path)).mtime };
    }
}

/** Drafts and scratch folders. */
export async function* unfinishedStages(root: string): AsyncGenerator<Leftover> {
  for (const kind of UNFINISHED)
    for (const name of await foldersIn(join(root, kind)))
      yield { name: `${kind}/${name}`, ...(await measure(join(root, kind, name))) };
}

async function measure(folder: string): Promise<{ bytes: number; usedAt: Date }> {
  let bytes = 0;
  let usedAt = (await stat(folder)).mtime;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += found?.size ?? 0;
    if (found && found.mtime > usedAt) usedAt = found.mtime;
  }
  return { bytes, usedAt };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
