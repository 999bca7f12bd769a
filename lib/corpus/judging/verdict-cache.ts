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
import { closeSync, openSync } from 'node:fs';
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
import { DigestIndex } from '../digest-index.ts';
import { FileWindow } from '../file-window.ts';
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
  /** Table of a `DigestIndex` of the entries, by both their digests, in units of `ALIGNMENT`. */
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

/** Looks up what is remembered; each thread has its own. */
export class VerdictCache {
  readonly #rows: FileWindow;
  readonly #index: DigestIndex;

  constructor({ rows, index }: VerdictCacheFiles) {
    this.#rows = new FileWindow(rows);
    this.#index = new DigestIndex(index);
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
    return this.#index.find(key, (unit) => {
      const entry = this.#entryAt(unit * ALIGNMENT);
      return entry && isSame(key, entry.bytes, entry.at + keyAt) ? entry : undefined;
    });
  }

  #entryAt(place: number): KnownEntry | undefined {
    let at = this.#rows.hold(place, HEAD_BYTES);
    if (at === -1) return undefined;
    const length = placesOf(this.#rows.bytes, at).end - at;
    at = this.#rows.hold(place, length);
    if (at === -1) return undefined;
    const { bytes } = this.#rows;
    const { idAt, textAt, labelAt, labelEnd, end } = placesOf(bytes, at);
    return { bytes, at, idAt, textAt, labelAt, labelEnd, end };
  }
}

function isSame(key: Buffer, bytes: Buffer, at: number): boolean {
  for (let byte = 0; byte < KEY_BYTES; byte++) if (key[byte] !== bytes[at + byte]) return false;
  return true;
}

/** Builds the index of a file of judged rows. */
export class VerdictIndex {
  readonly #index: DigestIndex;

  /** @param entries how many there will be */
  constructor(entries: number) {
    this.#index = DigestIndex.of(2 * entries);
  }

  /** As `VerdictCacheFiles` holds it. */
  get table(): Uint32Array {
    return this.#index.table;
  }

  /** @param at where an entry begins in some bytes @param place where it begins in the file */
  add(bytes: Buffer, at: number, place: number): void {
    for (const keyAt of [at + TEXT_KEY_AT, at + ROW_KEY_AT])
      this.#index.add(bytes.readUInt32LE(keyAt), bytes.readUInt32LE(keyAt + 4), place / ALIGNMENT);
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
