/**
 * Verdicts remembered from an earlier run: its file of judged rows with an index by the digest of the raw text. A
 * refreshed scrape has most of its texts unchanged, and these are neither cleaned nor is their language predicted
 * again.
 *
 * In a folder lie `<settings>.json`, which names the newest file of judged rows made under these settings and is
 * replaced atomically, and beside it that file and its index.
 */
import { hash, randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JUDGE_VERSION, type JudgeSettings } from './judge.ts';
import { HEAD_BYTES, ID_LENGTH_AT, RAW_DIGEST_BYTES, TEXT_LENGTH_AT } from './judged-rows.ts';

/** What the threads share of a cache. */
export interface VerdictCacheFiles {
  /** Descriptor of the open file of judged rows; it can be read even when a newer one has replaced it. */
  rows: number;
  /** Two numbers a slot: the first six bytes of a raw text's digest, and where its entry begins, plus one; 0 is free. */
  index: Float64Array;
}

/** An entry of a file of judged rows: where in some bytes it begins, where its text does, and where it ends. */
export interface KnownEntry {
  bytes: Buffer;
  at: number;
  textAt: number;
  end: number;
}

/** How many files of judged rows are kept, of whatever settings. */
const KEPT = 2;
/** Bytes read at once: entries are mostly asked for in the order of the file. */
const WINDOW = 1024 * 1024;

/** Looks up verdicts; each thread has its own. */
export class VerdictCache {
  readonly #files: VerdictCacheFiles;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(files: VerdictCacheFiles) {
    this.#files = files;
    this.#size = fstatSync(files.rows).size;
  }

  /** The entry of a raw text, good until the next call. */
  find(rawDigest: Buffer): KnownEntry | undefined {
    const { index } = this.#files;
    const key = rawDigest.readUIntLE(0, 6);
    const slots = index.length / 2;
    for (let slot = key % slots; index[2 * slot + 1] !== 0; slot = (slot + 1) % slots) {
      if (index[2 * slot] !== key) continue;
      const entry = this.#entryAt(index[2 * slot + 1]! - 1);
      if (entry && rawDigest.compare(entry.bytes, entry.at, entry.at + RAW_DIGEST_BYTES) === 0) return entry;
    }
    return undefined;
  }

  #entryAt(place: number): KnownEntry | undefined {
    if (!this.#hold(place, HEAD_BYTES)) return undefined;
    const head = place - this.#windowAt;
    const idLength = this.#window.readUInt32LE(head + ID_LENGTH_AT);
    const length = HEAD_BYTES + idLength + this.#window.readUInt32LE(head + TEXT_LENGTH_AT);
    if (!this.#hold(place, length)) return undefined;
    const at = place - this.#windowAt;
    return { bytes: this.#window, at, textAt: at + HEAD_BYTES + idLength, end: at + length };
  }

  /** Sees to it that so many bytes from a place of the file on lie in the window; false where there are fewer. */
  #hold(place: number, length: number): boolean {
    if (place + length > this.#size) return false;
    if (place < this.#windowAt || place + length > this.#windowAt + this.#window.length) {
      const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW, length), this.#size - place));
      this.#window = window.subarray(0, readSync(this.#files.rows, window, 0, window.length, place));
      this.#windowAt = place;
    }
    return length <= this.#windowAt + this.#window.length - place;
  }
}

/** Builds the index of a file of judged rows while it is written. */
export class VerdictIndex {
  readonly #keys: number[] = [];
  readonly #places: number[] = [];

  /**
   * @param entries some entries @param from where one of them begins
   * @param at where it begins in the file
   */
  add(entries: DataView, from: number, at: number): void {
    this.#keys.push(entries.getUint32(from, true) + entries.getUint16(from + 4, true) * 2 ** 32);
    this.#places.push(at + 1);
  }

  /** The table that `VerdictCacheFiles` holds. */
  table(): Float64Array {
    const slots = Math.max(16, Math.ceil(this.#keys.length * 1.7));
    const table = new Float64Array(2 * slots);
    for (const [at, key] of this.#keys.entries()) {
      let slot = key % slots;
      while (table[2 * slot + 1] !== 0) slot = (slot + 1) % slots;
      table[2 * slot] = key;
      table[2 * slot + 1] = this.#places[at]!;
    }
    return table;
  }
}

interface Pointer {
  rows: string;
  index: string;
}

/** The cache that an earlier run left for these settings; `closeVerdictCache` is owed. */
export async function openVerdictCache(
  folder: string,
  settings: JudgeSettings,
): Promise<VerdictCacheFiles | undefined> {
  try {
    const pointer = JSON.parse(await readFile(pointerPath(folder, settings), 'utf8')) as Pointer;
    const bytes = await readFile(path.join(folder, pointer.index));
    const index = new Float64Array(new SharedArrayBuffer(bytes.length));
    Buffer.from(index.buffer).set(bytes);
    return { rows: openSync(path.join(folder, pointer.rows), 'r'), index };
  } catch {
    // A cache that is not there, or that somebody clears away, costs time and nothing else.
    return undefined;
  }
}

export function closeVerdictCache(cache: VerdictCacheFiles | undefined): void {
  if (cache) closeSync(cache.rows);
}

/** Leaves a file of judged rows (moved, not copied) and its index for the next run, and removes old ones. */
export async function keepVerdicts(
  folder: string,
  settings: JudgeSettings,
  rows: string,
  index: Float64Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = randomUUID();
  const pointer: Pointer = { rows: `${name}.rows`, index: `${name}.index` };
  const pending = path.join(folder, `${name}.pointer`);
  await rename(rows, path.join(folder, pointer.rows));
  await writeFile(path.join(folder, pointer.index), Buffer.from(index.buffer));
  await writeFile(pending, JSON.stringify(pointer));
  await rename(pending, pointerPath(folder, settings));
  await removeOld(folder);
}

async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const aged = await Promise.all(
    names
      .filter((name) => name.endsWith('.rows'))
      .map(async (name) => ({ name, age: -(await stat(path.join(folder, name))).mtimeMs })),
  );
  const old = aged.sort((a, b) => a.age - b.age || (a.name < b.name ? -1 : 1)).slice(KEPT);
  for (const { name } of old)
    for (const ending of ['.rows', '.index'])
      await rm(path.join(folder, name.replace(/\.rows$/, ending)), { force: true });
}

function pointerPath(folder: string, { cleaning, language, languageDetector }: JudgeSettings): string {
  const identity = JSON.stringify([
    JUDGE_VERSION,
    Object.entries(cleaning).sort(),
    language,
    languageDetector,
  ]);
  return path.join(folder, `${hash('sha256', identity).slice(0, 24)}.json`);
}
