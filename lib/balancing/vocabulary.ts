import { isStopWord, tellsClassesApart } from './stop-words.ts';
import { comparableWords } from './words.ts';

const APOSTROPHE = 39;
/** By the code of a letter or figure of ASCII that in lower case; 0 for other characters. */
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/.test(character) ? character.charCodeAt(0) : 0;
});
/** A word that can tell classes apart. */
export const TELLING = 1;
/** One with a figure in it. */
export const FIGURE = 2;
export const STOP_WORD = 4;
/** FNV-1a. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
/** UTF-8 has no more bytes than this for a unit of UTF-16. */
const MOST_BYTES = 3;

/** The words of a text in order, as numbers; good until the next text is read. */
export interface TextWords {
  words: Int32Array;
  /** Where each begins; undefined for a text beyond ASCII, whose words are those of its composed form. */
  starts: Int32Array | undefined;
}

interface NewWord {
  from: number;
  to: number;
  hash: number;
  slot: number;
  kind: number | undefined;
}

/**
 * The words of many texts, each as a number. Millions of pages have the same few hundred
 * thousand words: a text is gone through byte by byte, and a string is made of a word only when it is new.
 */
export class Vocabulary {
  /** By number. */
  readonly words: string[] = [];
  /** By number: what a word is, as bits of `TELLING`, `FIGURE` and `STOP_WORD`. */
  readonly kinds: number[] = [];
  /** The bytes of all words one behind the other; by number, where those of a word end, and its hash. */
  #bytes = Buffer.alloc(1 << 16);
  #ends = new Int32Array(1024);
  #hashes = new Int32Array(1024);
  /** Number of a word plus one by its hash; a power of two of them. */
  #slots = new Int32Array(1 << 16);
  /** The text at hand. */
  #text = Buffer.alloc(1 << 16);
  #found = new Int32Array(1024);
  #starts = new Int32Array(1024);
  #count = 0;

  /** By number: a hash of each word. */
  get hashes(): Int32Array {
    return this.#hashes;
  }

  /**
   * A vocabulary of words that can tell classes apart, numbered in order.
   * @throws where one of them stands twice
   */
  static of(telling: readonly string[]): Vocabulary {
    const vocabulary = new Vocabulary();
    for (const [number, word] of telling.entries()) {
      vocabulary.#reserve(word);
      const end = vocabulary.#text.write(word);
      const hash = hashOf(vocabulary.#text, 0, end);
      if (vocabulary.#numberOf(0, end, hash, TELLING) !== number) throw new Error(`"${word}" stands twice`);
    }
    return vocabulary;
  }

  /** All words of a text, as `comparableWords` divides it. */
  read(text: string): TextWords {
    this.#reserve(text);
    this.#count = 0;
    const length = this.#text.write(text);
    const isAscii = length === text.length;
    if (isAscii) this.#scan(length);
    else
      for (const word of comparableWords(text)) {
        const end = this.#text.write(word);
        this.#note(0, end, hashOf(this.#text, 0, end));
      }
    return {
      words: this.#found.subarray(0, this.#count),
      starts: isAscii ? this.#starts.subarray(0, this.#count) : undefined,
    };
  }

  /** Makes room for a text. */
  #reserve(text: string): void {
    const bytes = MOST_BYTES * text.length;
    if (bytes > this.#text.length) this.#text = Buffer.alloc(Math.max(2 * this.#text.length, bytes));
  }

  /** The words of the text at hand, which become lower case there. */
  #scan(length: number): void {
    const text = this.#text;
    let from = -1;
    let hash = HASH_START;
    for (let at = 0; at < length; at++) {
      const code = text[at]!;
      let lower = LOWER[code]!;
      if (code === APOSTROPHE && from !== -1 && at + 1 < length && LOWER[text[at + 1]!] !== 0) lower = code;
      if (lower !== 0) {
        if (from === -1) {
          from = at;
          hash = HASH_START;
        }
        text[at] = lower;
        hash = Math.imul(hash ^ lower, HASH_FACTOR);
      } else if (from !== -1) {
        this.#note(from, at, hash);
        from = -1;
      }
    }
    if (from !== -1) this.#note(from, length, hash);
  }

  #note(from: number, to: number, hash: number): void {
    if (this.#count === this.#found.length) {
      this.#found = grown(this.#found);
      this.#starts = grown(this.#starts);
    }
    this.#found[this.#count] = this.#numberOf(from, to, hash);
    this.#starts[this.#count++] = from;
  }

  /**
   * The number of the word that these bytes of the text at hand are.
   * @param kind of a new one, where it is known
   */
  #numberOf(from: number, to: number, hash: number, kind?: number): number {
    const last = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & last; ; slot = (slot + 1) & last) {
      const number = this.#slots[slot]! - 1;
      if (number === -1) return this.#add({ from, to, hash, slot, kind });
      if (this.#hashes[number] === hash && this.#isWord(number, from, to)) return number;
    }
  }

  #isWord(number: number, from: number, to: number): boolean {
    const start = number === 0 ? 0 : this.#ends[number - 1]!;
    if (this.#ends[number]! - start !== to - from) return false;
    for (let at = from, own = start; at < to; at++, own++)
      if (this.#text[at] !== this.#bytes[own]) return false;
    return true;
  }

  #add({ from, to, hash, slot, kind }: NewWord): number {
    const word = this.#text.toString('utf8', from, to);
    const number = this.words.push(word) - 1;
    this.kinds.push(kind ?? kindOf(word));
    if (number === this.#ends.length) {
      this.#ends = grown(this.#ends);
      this.#hashes = grown(this.#hashes);
    }
    const start = number === 0 ? 0 : this.#ends[number - 1]!;
    const end = start + to - from;
    if (end > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], Math.max(2 * this.#bytes.length, end));
    this.#text.copy(this.#bytes, start, from, to);
    this.#ends[number] = end;
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (2 * this.words.length > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const last = this.#slots.length - 1;
    for (let number = 0; number < this.words.length; number++) {
      const hash = this.#hashes[number]!;
      let slot = (hash ^ (hash >>> 15)) & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = number + 1;
    }
  }
}

/** Counts by the number of a word, which become more. */
export class WordCounts {
  values = new Int32Array(1024);
  total = 0;

  add(word: number): void {
    this.set(word, this.of(word) + 1);
  }

  set(word: number, count: number): void {
    if (word >= this.values.length) this.values = grown(this.values, word + 1);
    this.total += count - this.values[word]!;
    this.values[word] = count;
  }

  of(word: number): number {
    return this.values[word] ?? 0;
  }
}

const kindOf = (word: string) =>
  (tellsClassesApart(word) ? TELLING : 0) |
  (/\p{N}/u.test(word) ? FIGURE : 0) |
  (isStopWord(word) ? STOP_WORD : 0);

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = HASH_START;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, HASH_FACTOR);
  return hash;
}

/** A copy with room for twice as many numbers, and `least` at least; what is new is 0. */
export function grown(array: Int32Array<ArrayBuffer>, least = 0): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}
