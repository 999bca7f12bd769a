import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { digestFile } from './digest.ts';
import { finishedStages, unfinishedStages } from './folder-contents.ts';
import { FolderNotes } from './folder-notes.ts';
import type { Notes } from './notes.ts';
import type { ArtifactReference } from './reference.ts';
import {
  ArtifactDamaged,
  type ArtifactStore,
  type Leftover,
  type Manifest,
  type StoredArtifact,
} from './store.ts';

const MANIFEST = 'manifest.json';

/**
 * A store in a folder: `<root>/<stage>/<key>/`, with `drafts`, `scratch` and `notes` beside the stages. Publishing renames the
 * whole draft, manifest included, which is atomic within one file system.
 */
export class FolderStore implements ArtifactStore {
  readonly uri: string;
  readonly notes: Notes;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
    this.uri = pathToFileURL(this.#root).href;
    this.notes = new FolderNotes(join(this.#root, 'notes'));
  }

  async find(stage: string, key: string): Promise<Manifest | undefined> {
    const folder = this.#folder(stage, key);
    const manifest = await readManifest(join(folder, MANIFEST));
    if (!manifest) return undefined;
    for (const [name, expected] of Object.entries(manifest.files)) {
      if (await isIntact(join(folder, name), expected)) continue;
      await rm(folder, { recursive: true, force: true });
      return undefined;
    }
    return manifest;
  }

  async draft(stage: string, key: string): Promise<string> {
    const folder = join(this.#root, 'drafts', `${stage}-${key}-${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async publish(
    draft: string,
    manifest: Omit<Manifest, 'files'>,
    records: Record<string, number> = {},
  ): Promise<Manifest> {
    const complete: Manifest = { ...manifest, files: await describeFiles(draft, records) };
    await writeFile(join(draft, MANIFEST), `${JSON.stringify(complete, null, 2)}\n`, { flush: true });
    const folder = this.#folder(manifest.stage, manifest.key);
    await mkdir(dirname(folder), { recursive: true });
    try {
      await rename(draft, folder);
      return complete;
    } catch (error) {
      if (!isOccupied(error)) throw error;
    }
    const theirs = await this.find(manifest.stage, manifest.key);
    if (theirs) {
      await this.discard(draft);
      return theirs;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return complete;
  }

  async discard(draft: string): Promise<void> {
    await rm(draft, { recursive: true, force: true });
  }

  async scratch(stage: string, key: string): Promise<string> {
    const folder = join(this.#root, 'scratch', `${stage}-${key}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async clearScratch(stage: string, key: string): Promise<void> {
    await rm(join(this.#root, 'scratch', `${stage}-${key}`), { recursive: true, force: true });
  }

  references(manifest: Manifest): Record<string, ArtifactReference> {
    const folder = this.#folder(manifest.stage, manifest.key);
    return Object.fromEntries(
      Object.entries(manifest.files).map(([name, file]) => [
        name,
        { uri: pathToFileURL(join(folder, name)).href, ...file },
      ]),
    );
  }

  async open(reference: ArtifactReference): Promise<string> {
    const path = fileURLToPath(reference.uri);
    if (!(await exists(path))) throw new ArtifactDamaged(reference.uri, 'the file is gone');
    if (!(await isIntact(path, reference)))
      throw new ArtifactDamaged(reference.uri, 'the content does not match its digest');
    return path;
  }

  async openFolder(files: Record<string, ArtifactReference>): Promise<string> {
    const opened: [name: string, path: string][] = [];
    for (const [name, reference] of Object.entries(files)) opened.push([name, await this.open(reference)]);
    const common = commonFolder(opened);
    if (common !== undefined) return common;
    const folder = join(this.#root, 'drafts', `folder-${randomUUID()}`);
    for (const [name, path] of opened) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await symlink(path, join(folder, name));
    }
    return folder;
  }

  list(): AsyncIterable<StoredArtifact> {
    return finishedStages(this.#root);
  }

  async remove(stage: string, key: string): Promise<void> {
    const folder = this.#folder(stage, key);
    // Without its manifest it is gone for everybody, however long the rest takes.
    await rm(join(folder, MANIFEST), { force: true });
    await rm(folder, { recursive: true, force: true });
  }

  leftovers(): AsyncIterable<Leftover> {
    return unfinishedStages(this.#root);
  }

  async removeLeftover(name: string): Promise<void> {
    await rm(join(this.#root, ...name.split('/')), { recursive: true, force: true });
  }

  #folder(stage: string, key: string): string {
    return join(this.#root, stage, key);
  }
}

/** The folder under which every file already lies by its own name, if there is one. */
function commonFolder(files: readonly [name: string, path: string][]): string | undefined {
  const folders = new Set(
    files.map(([name, path]) => {
      const tail = `${sep}${name.split('/').join(sep)}`;
      return path.endsWith(tail) ? path.slice(0, -tail.length) : undefined;
    }),
  );
  return folders.size === 1 ? [...folders][0] : undefined;
}

async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function describeFiles(folder: string, records: Record<string, number>): Promise<Manifest['files']> {
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

async function isIntact(path: string, expected: { digest: string; bytes: number }): Promise<boolean> {
  try {
    return (await stat(path)).size === expected.bytes && (await digestFile(path)) === expected.digest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const isOccupied = (error: unknown) =>
  ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
