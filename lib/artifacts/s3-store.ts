/**
 * A store on a bucket, for workers that share no disk:
 *
 *     <prefix>/<stage>/<key>/manifest.json           written last, and only if absent
 *     <prefix>/<stage>/<key>/<sha256>/<name>         the files of the stage
 *     <prefix>/notes/<name>.json                     notes about runs
 *     <prefix>/inputs/<sha256>/<name>                sources and models from one machine's disk
 *     <prefix>/scratch/<stage>-<key>/<name>          what an interrupted stage resumes from
 *
 * Keys contain digests, so two workers that finish the same stage with different bytes never overwrite each other; the
 * first manifest wins. Local folders and copies are in `COUNTERPOISE_STORE_CACHE`.
 */
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { AllowList } from './allow-list.ts';
import { ArtifactDamaged } from './artifact-damaged.ts';
import { type ReadingOptions, referToFile, sha256 } from './digest.ts';
import { FileCache } from './file-cache.ts';
import { LocalStore, MANIFEST } from './local-store.ts';
import { Notes } from './notes.ts';
import { formatObjectAddress, parseObjectAddress } from './object-address.ts';
import { ObjectStorage } from './object-storage.ts';
import type { ArtifactReference } from './reference.ts';
import { SharedScratch } from './shared-scratch.ts';
import { type ArtifactStore, INPUTS, type Manifest, type StoredArtifact } from './store.ts';
import { localCacheFolder } from './user-folders.ts';

/** Attempts to write a manifest that others keep removing. */
const WRITES = 5;

export class S3Store extends LocalStore implements ArtifactStore {
  readonly uri: string;
  readonly notes: Notes;
  readonly #objects: ObjectStorage;
  /** Empty, or with a slash at its end. */
  readonly #prefix: string;
  readonly #allowList: AllowList;
  readonly #cache: FileCache;
  readonly #scratch: SharedScratch;

  /** @throws {InvalidInput} for anything but a bucket address */
  constructor(address: string, allowList = AllowList.everything()) {
    const { bucket, key } = parseObjectAddress(address, 'store');
    const prefix = key === '' ? '' : `${key.replace(/\/+$/, '')}/`;
    const uri = formatObjectAddress({ bucket, key: prefix }).replace(/\/$/, '');
    super(join(localCacheFolder(), 'stores', sha256(uri).slice(0, 16)));
    this.uri = uri;
    this.#prefix = prefix;
    this.#allowList = allowList;
    this.#objects = new ObjectStorage(bucket);
    this.notes = new Notes(this.#objects, this.#prefix);
    this.#cache = new FileCache(localCacheFolder());
    this.#scratch = new SharedScratch(this.#objects, `${this.#prefix}scratch/`, join(this.local, 'scratch'));
  }

  async check(): Promise<void> {
    await this.#objects.check();
    const probe = `${this.#prefix}checks/${randomUUID()}`;
    try {
      await this.#objects.writeOnce(probe, '{}');
      if (await this.#objects.writeOnce(probe, '{}'))
        throw new InvalidInput(
          this.uri,
          'this storage takes no notice of If-None-Match, so that two workers would write over each other',
          'Take one that knows conditional writes',
        );
    } finally {
      await this.#objects.remove([probe]).catch(() => {});
    }
  }

  async find(stage: string, key: string): Promise<Manifest | undefined> {
    const text = await this.#objects.readText(this.#folder(stage, key) + MANIFEST).catch((error: unknown) => {
      if (error instanceof ArtifactDamaged) return '';
      throw error;
    });
    if (text === undefined) return undefined;
    const manifest = parsed(text);
    if (manifest && (await this.#isComplete(manifest))) return manifest;
    await this.remove(stage, key);
    return undefined;
  }

  protected async publishFiles(staging: string, manifest: Manifest): Promise<Manifest> {
    const there = await this.#sizes(this.#folder(manifest.stage, manifest.key));
    for (const [name, { bytes }] of Object.entries(manifest.files)) {
      const object = this.#fileKey(manifest, name);
      if (there.get(object) !== bytes) await this.#objects.upload(join(staging, name), object);
    }
    const published = await this.#writeManifest(manifest);
    await this.#removeUnlisted(published);
    if (published === manifest)
      for (const [name, reference] of Object.entries(this.references(manifest)))
        await this.#cache.adopt(join(staging, name), reference);
    await this.discard(staging);
    return published;
  }

  scratch(stage: string, key: string): Promise<string> {
    return this.#scratch.fetch(`${stage}-${key}`);
  }

  saveScratch(stage: string, key: string, signal?: AbortSignal): Promise<void> {
    return this.#scratch.save(`${stage}-${key}`, signal);
  }

  clearScratch(stage: string, key: string): Promise<void> {
    return this.#scratch.clear(`${stage}-${key}`);
  }

  async importFile(path: string, options: ReadingOptions = {}): Promise<ArtifactReference> {
    const { digest, bytes } = await referToFile(path, options);
    const key = `${this.#prefix}${INPUTS}/${hexadecimal(digest)}/${basename(path)}`;
    if ((await this.#objects.describe(key))?.bytes !== bytes)
      await this.#objects.upload(path, key, options.signal);
    return { uri: formatObjectAddress({ bucket: this.#objects.bucket, key }), digest, bytes };
  }

  protected addressOf(manifest: Manifest, name: string): string {
    return formatObjectAddress({ bucket: this.#objects.bucket, key: this.#fileKey(manifest, name) });
  }

  async open(reference: ArtifactReference): Promise<string> {
    const address = parseObjectAddress(reference.uri, 'reference');
    const isOwn = address.bucket === this.#objects.bucket && address.key.startsWith(this.#prefix);
    if (!isOwn) this.#allowList.checkObject(address, 'reference');
    try {
      return await this.#cache.open(reference);
    } catch (error) {
      if (isOwn && error instanceof ArtifactDamaged) await this.#removeDamaged(address.key);
      throw error;
    }
  }

  /** Skips artifacts without a manifest; the objects of an artifact are adjacent in the listing. */
  async *list(): AsyncGenerator<StoredArtifact> {
    let open: StoredArtifact = { stage: '', key: '', bytes: 0 };
    for await (const { key, bytes } of this.#objects.list(this.#prefix)) {
      const [stage, stageKey, name] = key.slice(this.#prefix.length).split('/');
      if (stage === INPUTS && stageKey) yield { stage, key: stageKey, bytes };
      if (!/^[0-9a-f]{32}$/.test(stageKey ?? '')) continue;
      if (open.key !== stageKey || open.stage !== stage) open = { stage: stage!, key: stageKey!, bytes: 0 };
      if (name === MANIFEST) yield open;
      else open.bytes += bytes;
    }
  }

  /** The manifest goes first: without it there is no artifact. */
  async remove(stage: string, key: string): Promise<void> {
    const folder = this.#folder(stage, key);
    await this.#objects.remove([folder + MANIFEST]);
    await this.#objects.remove([...(await this.#sizes(folder)).keys()]);
  }

  /** Writes the manifest, or returns another worker's if it is already there and intact. */
  async #writeManifest(manifest: Manifest): Promise<Manifest> {
    const { stage, key } = manifest;
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    for (let write = 1; write <= WRITES; write++) {
      if (await this.#objects.writeOnce(this.#folder(stage, key) + MANIFEST, text)) return manifest;
      const theirs = await this.find(stage, key);
      if (theirs) return JSON.stringify(theirs.files) === JSON.stringify(manifest.files) ? manifest : theirs;
    }
    throw new ArtifactDamaged(`${this.uri}/${stage}/${key}`, 'its manifest disappears once it is written');
  }

  async #isComplete(manifest: Manifest): Promise<boolean> {
    const there = await this.#sizes(this.#folder(manifest.stage, manifest.key));
    const files = Object.entries(manifest.files);
    return files.every(([name, { bytes }]) => there.get(this.#fileKey(manifest, name)) === bytes);
  }

  /** Leftovers under this key of uploads without a manifest. */
  async #removeUnlisted(manifest: Manifest): Promise<void> {
    const folder = this.#folder(manifest.stage, manifest.key);
    const listed = new Set(Object.keys(manifest.files).map((name) => this.#fileKey(manifest, name)));
    const keys = [...(await this.#sizes(folder)).keys()];
    await this.#objects.remove(keys.filter((key) => !listed.has(key) && key !== folder + MANIFEST));
  }

  /** Removes a damaged file's whole artifact, so that its stage recomputes it; of inputs, only the file. */
  async #removeDamaged(key: string): Promise<void> {
    const [stage, stageKey] = key.slice(this.#prefix.length).split('/') as [string, string];
    if (stage === INPUTS) await this.#objects.remove([key]);
    else await this.remove(stage, stageKey);
  }

  /** Sizes of the objects below a prefix, by key. */
  async #sizes(prefix: string): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for await (const { key, bytes } of this.#objects.list(prefix)) sizes.set(key, bytes);
    return sizes;
  }

  #folder(stage: string, key: string): string {
    return `${this.#prefix}${stage}/${key}/`;
  }

  #fileKey({ stage, key, files }: Manifest, name: string): string {
    return `${this.#folder(stage, key)}${hexadecimal(files[name]!.digest)}/${name}`;
  }
}

/** Parses a manifest; undefined if truncated. */
function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}

const hexadecimal = (digest: string) => digest.slice('sha256:'.length);
