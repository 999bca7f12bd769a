/**
 * Local copies of objects, so that a machine fetches each content once: `files/<sha256>/<name>`, and the digest for an
 * address and entity tag in `seen/<sha256>.json`. Any number of processes may share the cache.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sumBy } from '../arithmetic/sums.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { ArtifactDamaged } from './artifact-damaged.ts';
import { isIntact, type ReadingOptions, sha256 } from './digest.ts';
import { filesBelow, readJson, writeAtomically } from './files.ts';
import { formatObjectAddress, type ObjectAddress, parseObjectAddress } from './object-address.ts';
import { ObjectStorage } from './object-storage.ts';
import type { ArtifactReference } from './reference.ts';

const DEFAULT_GIB = 50;
/** A file is read as soon as it is opened; an hour is enough for the slowest stage. */
const IN_USE_MS = 60 * 60_000;

export class FileCache {
  readonly #root: string;
  readonly #limit: number;

  /** @param limit bytes above which the least recently opened files are evicted; `COUNTERPOISE_STORE_CACHE_GIB` by default */
  constructor(root: string, limit = limitFromEnvironment()) {
    this.#root = root;
    this.#limit = limit;
  }

  /** Local path of the object of a reference. @throws {ArtifactDamaged} if it is missing or does not match its digest */
  async open(reference: ArtifactReference): Promise<string> {
    const address = parseObjectAddress(reference.uri, 'reference');
    const path = this.#place(reference.digest, address);
    if (await this.#isIntact(path, reference)) return path;
    const copy = await this.#download(address);
    if (copy?.digest === reference.digest) return this.#keep(copy.path, path);
    if (copy) await rm(copy.path, { force: true });
    throw new ArtifactDamaged(reference.uri, 'the object is gone or does not match its digest');
  }

  /** Fetches an object of unknown digest, unless unchanged. @throws {InvalidInput} if it does not exist */
  async fetch(address: ObjectAddress, options: ReadingOptions = {}) {
    const uri = formatObjectAddress(address);
    const described = await new ObjectStorage(address.bucket).describe(address.key);
    const note = join(this.#root, 'seen', `${sha256(`${uri} ${described?.etag}`)}.json`);
    const seen = await readJson<{ digest: string; bytes: number }>(note).catch(() => undefined);
    if (seen) {
      const path = this.#place(seen.digest, address);
      if (await this.#isIntact(path, seen)) return { path, reference: { uri, ...seen } };
    }
    const copy = described && (await this.#download(address, options));
    if (!copy) throw new InvalidInput(uri, 'no such object', 'Check bucket and key');
    const { digest, bytes } = copy;
    const path = await this.#keep(copy.path, this.#place(digest, address));
    await mkdir(dirname(note), { recursive: true });
    await writeAtomically(note, JSON.stringify({ digest, bytes }));
    return { path, reference: { uri, digest, bytes } };
  }

  /** Moves a local file that was published as an object into the cache. */
  async adopt(path: string, reference: ArtifactReference): Promise<void> {
    await this.#keep(path, this.#place(reference.digest, parseObjectAddress(reference.uri, 'reference')));
  }

  async #download({ bucket, key }: ObjectAddress, options: ReadingOptions = {}) {
    const path = join(this.#root, 'arriving', randomUUID());
    const written = await new ObjectStorage(bucket).download(key, path, options);
    return written && { path, ...written };
  }

  async #keep(from: string, path: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    await rename(from, path);
    await this.trim();
    return path;
  }

  async #isIntact(path: string, expected: { digest: string; bytes: number }): Promise<boolean> {
    if (!(await isIntact(path, expected))) return false;
    const now = new Date();
    await utimes(path, now, now);
    return true;
  }

  /** Evicts the least recently opened files until the rest is within the limit. */
  async trim(): Promise<void> {
    const root = join(this.#root, 'files');
    const files: { path: string; bytes: number; openedAt: number }[] = [];
    for (const name of await filesBelow(root).catch(() => [])) {
      const path = join(root, name);
      const found = await stat(path).catch(() => undefined);
      if (found) files.push({ path, bytes: found.size, openedAt: found.mtimeMs });
    }
    let bytes = sumBy(files, (file) => file.bytes);
    const oldest = Date.now() - IN_USE_MS;
    for (const file of files.sort((a, b) => a.openedAt - b.openedAt)) {
      if (bytes <= this.#limit || file.openedAt > oldest) return;
      await rm(dirname(file.path), { recursive: true, force: true });
      bytes -= file.bytes;
    }
  }

  #place(digest: string, { key }: ObjectAddress): string {
    const hexadecimal = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    const name = basename(key);
    if (!hexadecimal || name === '') throw new ArtifactDamaged(key, 'this is no reference to a file');
    return join(this.#root, 'files', hexadecimal, name);
  }
}

function limitFromEnvironment(): number {
  const gib = Number(process.env.COUNTERPOISE_STORE_CACHE_GIB || DEFAULT_GIB);
  if (Number.isFinite(gib) && gib > 0) return gib * 2 ** 30;
  throw new InvalidInput(
    'COUNTERPOISE_STORE_CACHE_GIB',
    'not a number above 0',
    'Give how many GiB of copies may be kept',
  );
}
