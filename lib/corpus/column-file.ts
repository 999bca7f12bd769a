import { closeSync, openSync, rmSync } from 'node:fs';
import { readWhole, writeWhole } from './whole-io.ts';

/** Bytes read at once. */
const BLOCK = 1024 * 1024;

/** Consecutive records of a column. */
export interface ColumnBlock {
  /** Number of the first one. */
  first: number;
  /** The words of all of them, good until the next block is asked for. */
  words: Uint32Array;
}

/**
 * So many 32-bit words for each record, in a file: written in order, then read as a whole or block by block as often as
 * needed. What is asked for rarely, or in order, need not lie in memory while millions of records are judged.
 */
export class ColumnFile {
  records = 0;
  readonly #path: string;
  readonly #width: number;
  readonly #file: number;

  /** @param width words of a record */
  constructor(path: string, width: number) {
    this.#path = path;
    this.#width = width;
    this.#file = openSync(path, 'w+');
  }

  /** The words of some more records. */
  push(words: Uint32Array): void {
    writeWhole(this.#file, words);
    this.records += words.length / this.#width;
  }

  /** All of them. */
  load(): Uint32Array {
    const words = new Uint32Array(this.records * this.#width);
    this.#read(words, 0);
    return words;
  }

  /** All of them, block by block. */
  *blocks(): Generator<ColumnBlock> {
    const most = Math.max(1, Math.floor(BLOCK / 4 / this.#width));
    const buffer = new Uint32Array(Math.min(most, this.records) * this.#width);
    for (let first = 0; first < this.records; first += most) {
      const words = buffer.subarray(0, Math.min(most, this.records - first) * this.#width);
      this.#read(words, first);
      yield { first, words };
    }
  }

  /** All of them as blocks that lie in memory, where they come to no more than so many bytes. */
  inMemory(most: number): ColumnBlock[] | undefined {
    return this.records * this.#width * 4 <= most ? [{ first: 0, words: this.load() }] : undefined;
  }

  /** Gives the file up. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #read(words: Uint32Array, first: number): void {
    readWhole(this.#file, words, first * this.#width * 4);
  }
}
