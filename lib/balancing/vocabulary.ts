import { isStopWord, tellsClassesApart } from './stop-words.ts';
import { comparableWords, isAscii } from './words.ts';

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

/**
 * The words of many texts, each as a number. Millions of pages have the same few hundred
 * thousand words: a text is gone through character by character, and a string is made of a word only when it is new.
 */
export class Vocabulary {
  /** By number. */
  readonly words: string[] = [];
  /** By number: what a word is, as bits of `TELLING`, `FIGURE` and `STOP_WORD`. */
  readonly kinds: number[] = [];
  /** Number of a word plus one by its hash; a power of two of them. */
  #slots = new Int32Array(1 << 16);
  #found = new Int32Array(1024);

  /** The numbers of the words of a text that can tell classes apart, in order; good until the next call. */
  wordsOf(text: string): Int32Array {
    const all = this.allWordsOf(text);
    let count = 0;
    for (const word of all) if ((this.kinds[word]! & TELLING) !== 0) all[count++] = word;
    return all.subarray(0, count);
  }

  /** The numbers of all words of a text, in order, as `comparableWords` divides it; good until the next call. */
  allWordsOf(text: string): Int32Array {
    let count = 0;
    const note = (word: number) => {
      if (count === this.#found.length) this.#found = grown(this.#found);
      this.#found[count++] = word;
    };
    if (isAscii(text)) this.#scan(text, note);
    else for (const word of comparableWords(text)) note(this.#numberOf(word, 0, word.length, hashOf(word)));
    return this.#found.subarray(0, count);
  }

  #scan(text: string, note: (word: number) => void): void {
    let from = -1;
    let hash = HASH_START;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0;
      let lower = LOWER[code]!;
      if (code === APOSTROPHE && from !== -1 && at + 1 < text.length && LOWER[text.charCodeAt(at + 1)] !== 0)
        lower = code;
      if (lower !== 0) {
        if (from === -1) {
          from = at;
          hash = HASH_START;
        }
        hash = Math.imul(hash ^ lower, HASH_FACTOR);
      } else if (from !== -1) {
        note(this.#numberOf(text, from, at, hash));
        from = -1;
      }
    }
  }

  #numberOf(text: string, from: number, to: number, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & last; ; slot = (slot + 1) & last) {
      const number = this.#slots[slot]! - 1;
      if (number === -1) return this.#add(text.slice(from, to), slot);
      if (isSame(this.words[number]!, text, from, to)) return number;
    }
  }

  #add(slice: string, slot: number): number {
    // A copy: a slice would keep the whole text in memory.
    const word = Buffer.from(slice.toLowerCase()).toString();
    const number = this.words.push(word) - 1;
    this.kinds.push(kindOf(word));
    this.#slots[slot] = number + 1;
    if (2 * this.words.length > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    const words = this.words.splice(0);
    const kinds = this.kinds.splice(0);
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (const [number, word] of words.entries()) {
      this.#numberOf(word, 0, word.length, hashOf(word));
      this.kinds[number] = kinds[number]!;
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

function hashOf(word: string): number {
  let hash = HASH_START;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), HASH_FACTOR);
  return hash;
}

/** Whether a part of a text is a word of the vocabulary, whatever the case of its ASCII letters. */
function isSame(word: string, text: string, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let at = 0; at < word.length; at++) {
    const code = text.charCodeAt(from + at);
    if (word.charCodeAt(at) !== (LOWER[code] || code)) return false;
  }
  return true;
}

function grown(array: Int32Array<ArrayBuffer>, least = 0): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}
