/**
 * Reads pages as `FreshReader` does, and remembers what it found from run to run: of a refreshed scrape most pages are
 * the same, and dividing them into words and sentences is most of what a profile takes.
 *
 * A file has an entry for each page, of 32-bit numbers: the digest of the text (4 numbers), how many words there are,
 * how many sentences plus one (0 where they were not asked for), the words, and the sentences. Behind the entries are the
 * table of a `DigestIndex`, the words one a line, and the sizes of these three parts in bytes, as doubles.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DigestIndex } from '../corpus/digest-index.ts';
import { FileWindow } from '../corpus/file-window.ts';
import { GrowingColumn } from '../corpus/growing-column.ts';
import { writeSha256 } from '../corpus/sha256.ts';
import { readWhole, writeWhole } from '../corpus/whole-io.ts';
import {
  FreshReader,
  type PageReader,
  type PageReading,
  READING_VERSION,
  SENTENCE_NUMBERS,
} from './page-reading.ts';
import { grown, Vocabulary } from './vocabulary.ts';

const DIGEST_NUMBERS = 4;
const HEAD_NUMBERS = DIGEST_NUMBERS + 2;
/** Numbers that are written at once. */
const BLOCK = 1 << 18;
const SIZES = 3;

const NAME = /^readings-.*\.bin$/;
/** Sentences are divided as the engine's Unicode data say. */
const fileName = () => `readings-${READING_VERSION}-${process.versions.icu}.bin`;

export class RememberingReader implements PageReader {
  readonly #fresh: FreshReader;
  readonly #known: Readings | undefined;
  readonly #next: ReadingsFile;
  readonly #folder: string;
  readonly #digest = Buffer.alloc(4 * DIGEST_NUMBERS);

  /**
   * @param folder in which an earlier run left what it read, if any did; where its file is cut or no such file, that
   *   costs time and nothing else
   * @param scratch folder that gets the file of this run until `keep`
   */
  constructor(folder: string, scratch: string) {
    this.#folder = folder;
    this.#known = openReadings(join(folder, fileName()));
    this.#fresh = new FreshReader(this.#known?.vocabulary);
    this.#next = new ReadingsFile(join(scratch, `${randomUUID()}.readings`));
  }

  get vocabulary(): Vocabulary {
    return this.#fresh.vocabulary;
  }

  read(text: string, wantsSentences: boolean): PageReading {
    const digest = this.#digest;
    writeSha256(text, digest, 0, digest.length);
    const known = this.#known?.find(digest);
    const isEnough = known && (!wantsSentences || known.sentences);
    const reading = isEnough ? known : this.#fresh.read(text, wantsSentences);
    this.#next.add(digest, reading);
    return reading;
  }

  /** Leaves what was read for the next run. */
  keep(): void {
    this.#next.finish(this.vocabulary);
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder))
      if (NAME.test(name) && name !== fileName()) rmSync(join(this.#folder, name), { force: true });
    renameSync(this.#next.path, join(this.#folder, fileName()));
  }

  /** Gives up what was not kept. */
  discard(): void {
    this.#known?.close();
    this.#next.discard();
  }
}

/** What an earlier run left. */
class Readings {
  readonly #descriptor: number;
  readonly #entries: FileWindow;
  readonly #index: DigestIndex;
  /** Of all pages there. */
  readonly vocabulary: Vocabulary;
  /** How many words they have. */
  readonly #words: number;

  constructor(descriptor: number, entryBytes: number, table: Uint32Array, vocabulary: Vocabulary) {
    this.#descriptor = descriptor;
    this.#entries = new FileWindow(descriptor, entryBytes);
    this.#index = new DigestIndex(table);
    this.vocabulary = vocabulary;
    this.#words = vocabulary.words.length;
  }

  find(digest: Buffer): PageReading | undefined {
    return this.#index.find(digest, (place) => this.#at(4 * place, digest));
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #at(place: number, digest: Buffer): PageReading | undefined {
    const head = this.#numbers(place, HEAD_NUMBERS);
    if (head === undefined) return undefined;
    for (let at = 0; at < DIGEST_NUMBERS; at++) if (head[at] !== digest.readInt32LE(4 * at)) return undefined;
    const [words, sentences] = [head[DIGEST_NUMBERS]!, head[DIGEST_NUMBERS + 1]!];
    const length = words + SENTENCE_NUMBERS * Math.max(0, sentences - 1);
    const body = this.#numbers(place + 4 * HEAD_NUMBERS, length);
    if (body === undefined) return undefined;
    const found = body.subarray(0, words);
    if (!found.every((word) => word >= 0 && word < this.#words)) return undefined;
    return { words: found, sentences: sentences > 0 ? body.subarray(words) : undefined };
  }

  #numbers(place: number, count: number): Int32Array | undefined {
    const at = count < 0 ? -1 : this.#entries.hold(place, 4 * count);
    const { buffer, byteOffset } = this.#entries.bytes;
    return at === -1 ? undefined : new Int32Array(buffer, byteOffset + at, count);
  }
}

function openReadings(path: string): Readings | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { size } = fstatSync(descriptor);
    const sizes = new Float64Array(SIZES);
    const end = size - sizes.byteLength;
    readWhole(descriptor, sizes, end);
    const [entryBytes, tableBytes, wordBytes] = sizes as unknown as [number, number, number];
    if (entryBytes + tableBytes + wordBytes !== end) throw new Error('it is not whole');
    const table = new Uint32Array(tableBytes / 4);
    readWhole(descriptor, table, entryBytes);
    const words = Buffer.alloc(wordBytes);
    readWhole(descriptor, words, entryBytes + tableBytes);
    const vocabulary = Vocabulary.of(wordBytes === 0 ? [] : words.toString().split('\n'));
    return new Readings(descriptor, entryBytes, table, vocabulary);
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }
}

/** The file that a run writes; it numbers the words anew, so that those that are on no page any more go. */
class ReadingsFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #block = new Int32Array(BLOCK);
  #length = 0;
  /** Numbers before the block. */
  #written = 0;
  /** Of each entry the first two numbers of its digest, and where it begins. */
  readonly #places = new GrowingColumn<Uint32Array>(Uint32Array);
  /** By the vocabulary's number that of this file, plus one. */
  #numbers = new Int32Array(1024);
  readonly #words: number[] = [];
  #isOpen = true;

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'w');
  }

  add(digest: Buffer, { words, sentences }: PageReading): void {
    const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(4)];
    this.#places.push(Uint32Array.of(first, second, this.#written + this.#length));
    for (let at = 0; at < DIGEST_NUMBERS; at++) this.#put(digest.readInt32LE(4 * at));
    this.#put(words.length);
    this.#put(sentences ? sentences.length / SENTENCE_NUMBERS + 1 : 0);
    for (const word of words) this.#put(this.#numberOf(word));
    for (const number of sentences ?? []) this.#put(number);
  }

  finish(vocabulary: Vocabulary): void {
    this.#flush();
    const places = this.#places.values;
    const index = DigestIndex.of(places.length / 3);
    for (let at = 0; at < places.length; at += 3) index.add(places[at]!, places[at + 1]!, places[at + 2]!);
    const words = Buffer.from(this.#words.map((word) => vocabulary.words[word]!).join('\n'));
    const sizes = Float64Array.of(4 * this.#written, index.table.byteLength, words.length);
    for (const part of [index.table, words, sizes]) writeWhole(this.#descriptor, part);
    this.#close();
  }

  /** Removes it, unless it has another name by now. */
  discard(): void {
    this.#close();
    rmSync(this.path, { force: true });
  }

  #numberOf(word: number): number {
    if (word >= this.#numbers.length) this.#numbers = grown(this.#numbers, word + 1);
    if (this.#numbers[word] === 0) this.#numbers[word] = this.#words.push(word);
    return this.#numbers[word]! - 1;
  }

  #put(number: number): void {
    if (this.#length === BLOCK) this.#flush();
    this.#block[this.#length++] = number;
  }

  #flush(): void {
    writeWhole(this.#descriptor, this.#block.subarray(0, this.#length));
    this.#written += this.#length;
    this.#length = 0;
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}
