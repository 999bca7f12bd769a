import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sumBy } from '../arithmetic/sums.ts';
import { AllowList, isBelow } from './allow-list.ts';
import { ArtifactDamaged } from './artifact-damaged.ts';
import { isIntact, type ReadingOptions, referToFile } from './digest.ts';
import { emptyIfMissing, readJson } from './files.ts';
import { LocalStore, MANIFEST, STAGING } from './local-store.ts';
import { folderStorage, Notes } from './notes.ts';
import { isObjectAddress, parseObjectAddress } from './object-address.ts';
import type { ArtifactReference } from './reference.ts';
import type { ArtifactStore, Manifest, StoredArtifact } from './store.ts';
import { localCacheFolder } from './user-folders.ts';

/**
 * A store in a folder: `<root>/<stage>/<key>/`, with `drafts`, `scratch` and `notes` beside the stages. Publishing renames
 * a staging folder, manifest included, which is atomic within one file system.
 */
export class FolderStore extends LocalStore implements ArtifactStore {
  readonly uri: string;
  readonly notes: Notes;
  readonly #allowList: AllowList;

  constructor(root: string, allowList = AllowList.everything()) {
    super(resolve(root));
    this.#allowList = allowList;
    this.uri = pathToFileURL(this.local).href;
    this.notes = new Notes(folderStorage(this.local));
  }

  async check(): Promise<void> {
    await mkdir(this.local, { recursive: true });
  }

  async find(stage: string, key: string): Promise<Manifest | undefined> {
    const folder = this.#folder(stage, key);
    const manifest = await manifestIn(folder);
    for (const [name, expected] of Object.entries(manifest?.files ?? {})) {
      if (await isIntact(join(folder, name), expected)) continue;
      await rm(folder, { recursive: true, force: true });
      return undefined;
    }
    return manifest;
  }

  protected async publishFiles(staging: string, manifest: Manifest): Promise<Manifest> {
    await writeFile(join(staging, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    const folder = this.#folder(manifest.stage, manifest.key);
    await mkdir(dirname(folder), { recursive: true });
    try {
      await rename(staging, folder);
      return manifest;
    } catch (error) {
      if (!isOccupied(error)) throw error;
    }
    const theirs = await this.find(manifest.stage, manifest.key);
    if (theirs) {
      await this.discard(staging);
      return theirs;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    return manifest;
  }

  async scratch(stage: string, key: string): Promise<string> {
    const folder = join(this.local, 'scratch', `${stage}-${key}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async saveScratch(): Promise<void> {
    // Processes that share the store share the folder.
  }

  async clearScratch(stage: string, key: string): Promise<void> {
    await rm(join(this.local, 'scratch', `${stage}-${key}`), { recursive: true, force: true });
  }

  importFile(path: string, options: ReadingOptions = {}) {
    return referToFile(path, options);
  }

  protected addressOf({ stage, key }: Manifest, name: string): string {
    return pathToFileURL(join(this.#folder(stage, key), name)).href;
  }

  async open(reference: ArtifactReference): Promise<string> {
    if (isObjectAddress(reference.uri)) {
      this.#allowList.checkObject(parseObjectAddress(reference.uri, 'reference'), 'reference');
      const { FileCache } = await import('./file-cache.ts');
      return new FileCache(localCacheFolder()).open(reference);
    }
    const path = fileURLToPath(reference.uri);
    if (!isBelow(path, this.local)) await this.#allowList.checkPath(path, 'reference');
    if (await isIntact(path, reference)) return path;
    throw new ArtifactDamaged(reference.uri, 'the file is gone or does not match its digest');
  }

  async *list(): AsyncGenerator<StoredArtifact> {
    for (const stage of await foldersIn(this.local)) {
      // A staging folder has its manifest just before it is renamed.
      if (stage === STAGING) continue;
      for (const key of await foldersIn(join(this.local, stage))) {
        const manifest = await manifestIn(this.#folder(stage, key));
        if (manifest) yield { stage, key, bytes: sumBy(Object.values(manifest.files), (file) => file.bytes) };
      }
    }
  }

  async remove(stage: string, key: string): Promise<void> {
    const folder = this.#folder(stage, key);
    // Without its manifest it no longer exists, however long the rest takes.
    await rm(join(folder, MANIFEST), { force: true });
    await rm(folder, { recursive: true, force: true });
  }

  #folder(stage: string, key: string): string {
    return join(this.local, stage, key);
  }
}

const isOccupied = (error: unknown) =>
  ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');

/** The manifest of an artifact; undefined if missing or truncated. */
const manifestIn = (folder: string) => readJson<Manifest>(join(folder, MANIFEST)).catch(() => undefined);

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(emptyIfMissing);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
