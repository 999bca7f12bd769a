/**
 * What is remembered from an earlier run: its file of judged rows with an index by the digests of the rows and of their
 * raw texts. A refreshed scrape has most of its rows unchanged, and what became of these is taken over as it stands;
 * where only other columns changed, or the file is in another format, the text is neither cleaned nor is its language
 * predicted again.
 *
 * In a folder lie `<settings>.json`, which names the newest file of judged rows made under these settings and is
 * replaced atomically, and beside it that file and its index.
 */
import { hash, randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { JUDGE_VERSION, type JudgeSettings } from './judge.ts';
import {
  ALIGNMENT,
  type EntryPlaces,
  HEAD_BYTES,
  KEY_BYTES,
  placesOf,
  ROW_KEY_AT,
  TEXT_KEY_AT,
} from './judged-rows.ts';

/** What the threads share of a cache. */
export interface VerdictCacheFiles {
  /** Descriptor of the open file of judged rows; it can be read even when a newer one has replaced it. */
  rows: number;
  /**
   * Two numbers a slot: the first four bytes of a digest, and where its entry begins in units of `ALIGNMENT`, plus one;
   * 0 is free. The next four bytes of the digest say where to look first.
   */
  index: Uint32Array;
}

/** An entry of a file of judged rows, in some bytes. */
export interface KnownEntry extends EntryPlaces {
  bytes: Buffer;
  at: number;
}

/** Raised whenever the files are laid out, or rows are read, in another way. */
const FORMAT_VERSION = 2;
/** How many files of judged rows are kept, of whatever settings. */
const KEPT = 2;
/** Bytes read at once where entries are asked for in the order of the file, as they mostly are. */
const WINDOW = 1024 * 1024;
/** Bytes read at once where they are not. */
const GLANCE = 8 * 1024;
/** Slots for each digest. */
const ROOM = 1.3;

/** Looks up what is remembered; each thread has its own. */
export class VerdictCache {
  readonly #files: VerdictCacheFiles;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(files: VerdictCacheFiles) {
    this.#files = files;
    this.#size = fstatSync(files.rows).size;
  }

  /** The entry of a row by its digest, good until the next call. */
  findRow(key: Buffer): KnownEntry | undefined {
    return this.#find(key, ROW_KEY_AT);
  }

  /** An entry of the same raw text by its digest, good until the next call. */
  findText(key: Buffer): KnownEntry | undefined {
    return this.#find(key, TEXT_KEY_AT);
  }

  #find(key: Buffer, keyAt: number): KnownEntry | undefined {
    const { index } = this.#files;
    const slots = index.length / 2;
    const first = key.readUInt32LE(0);
    for (let tried = 0; tried < slots; tried++) {
      const slot = (key.readUInt32LE(4) + tried) % slots;
      if (index[2 * slot + 1] === 0) return undefined;
      if (index[2 * slot] !== first) continue;
      const entry = this.#entryAt((index[2 * slot + 1]! - 1) * ALIGNMENT);
      if (entry && isSame(key, entry.bytes, entry.at + keyAt)) return entry;
    }
    return undefined;
  }

  #entryAt(place: number): KnownEntry | undefined {
    if (!this.#hold(place, HEAD_BYTES)) return undefined;
    let at = place - this.#windowAt;
    let places = placesOf(this.#window, at);
    if (places.end > this.#window.length) {
      if (!this.#hold(place, places.end - at)) return undefined;
      at = place - this.#windowAt;
      places = placesOf(this.#window, at);
    }
    const { idAt, textAt, labelAt, labelEnd, end } = places;
    return { bytes: this.#window, at, idAt, textAt, labelAt, labelEnd, end };
  }

  /** Sees to it that so many bytes from a place of the file on lie in the window; false where there are fewer. */
  #hold(place: number, length: number): boolean {
    if (place + length > this.#size) return false;
    const after = place - (this.#windowAt + this.#window.length);
    if (place < this.#windowAt || after + length > 0) {
      // Behind the window, and not far: the file is being gone through.
      const inOrder = place > this.#windowAt && after < 4 * WINDOW;
      const wanted = Math.max(inOrder ? WINDOW : GLANCE, length);
      const window = Buffer.allocUnsafe(Math.min(wanted, this.#size - place));
      this.#window = window.subarray(0, readSync(this.#files.rows, window, 0, window.length, place));
      this.#windowAt = place;
    }
    return length <= this.#windowAt + this.#window.length - place;
  }
}

function isSame(key: Buffer, bytes: Buffer, at: number): boolean {
  for (let byte = 0; byte < KEY_BYTES; byte++) if (key[byte] !== bytes[at + byte]) return false;
  return true;
}

/** Builds the index of a file of judged rows. */
export class VerdictIndex {
  /** As `VerdictCacheFiles` holds it. */
  readonly table: Uint32Array;
  readonly #slots: number;

  /** @param entries how many there will be */
  constructor(entries: number) {
    this.#slots = Math.max(16, Math.ceil(2 * entries * ROOM));
    this.table = new Uint32Array(2 * this.#slots);
  }

  /** @param at where an entry begins in some bytes @param place where it begins in the file */
  add(bytes: Buffer, at: number, place: number): void {
    const unit = place / ALIGNMENT + 1;
    if (unit >= 2 ** 32) return;
    this.#note(bytes, at + TEXT_KEY_AT, unit);
    this.#note(bytes, at + ROW_KEY_AT, unit);
  }

  /** Of equal digests the first stays: a text may stand in millions of rows. */
  #note(bytes: Buffer, keyAt: number, unit: number): void {
    const [first, second] = [bytes.readUInt32LE(keyAt), bytes.readUInt32LE(keyAt + 4)];
    let slot = second % this.#slots;
    while (this.table[2 * slot + 1] !== 0) {
      if (this.table[2 * slot] === first) return;
      slot = (slot + 1) % this.#slots;
    }
    this.table[2 * slot] = first;
    this.table[2 * slot + 1] = unit;
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
    const index = await readShared(path.join(folder, pointer.index));
    return { rows: openSync(path.join(folder, pointer.rows), 'r'), index };
  } catch {
    // A cache that is not there, or that somebody clears away, costs time and nothing else.
    return undefined;
  }
}

/** A file's words in memory that threads can share. */
async function readShared(file: string): Promise<Uint32Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(size - at, 2 ** 30), at);
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was read`);
      at += bytesRead;
    }
    return new Uint32Array(bytes.buffer);
  } finally {
    await handle?.close();
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
  index: Uint32Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = randomUUID();
  const pointer: Pointer = { rows: `${name}.rows`, index: `${name}.index` };
  const pending = path.join(folder, `${name}.pointer`);
  await rename(rows, path.join(folder, pointer.rows));
  await writeFile(
    path.join(folder, pointer.index),
    Buffer.from(index.buffer, index.byteOffset, index.byteLength),
  );
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
    FORMAT_VERSION,
    JUDGE_VERSION,
    Object.entries(cleaning).sort(),
    language,
    languageDetector,
  ]);
  return path.join(folder, `${hash('sha256', identity).slice(0, 24)}.json`);
}
