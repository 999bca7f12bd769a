/**
 * How often each of millions of sentences was seen, in some 20 bytes a sentence: of its words only a 64-bit hash is
 * kept. The chance that two of ten million sentences are taken for one is 1 in 400,000.
 */
export class SentenceCounts {
  /** Different sentences. */
  size = 0;
  /** Two words a slot, 0 and 0 where it is free. */
  #keys = new Uint32Array(2 * 1024);
  #times = new Uint16Array(1024);

  /** Counts a sentence; gives back how often it was seen before. */
  add(key: SentenceKey): number {
    const slot = this.#slotOf(key);
    const before = this.#times[slot]!;
    if (before < 0xffff) this.#times[slot] = before + 1;
    if (before > 0) return before;
    this.#keys[2 * slot] = key.high;
    this.#keys[2 * slot + 1] = key.low;
    if (2 * ++this.size > this.#times.length) this.#rehash();
    return 0;
  }

  /** How often a sentence was seen, up to 65,535 times. */
  of(key: SentenceKey): number {
    return this.#times[this.#slotOf(key)]!;
  }

  #slotOf({ high, low }: SentenceKey): number {
    const last = this.#times.length - 1;
    let slot = low & last;
    while (this.#times[slot] !== 0 && !(this.#keys[2 * slot] === high && this.#keys[2 * slot + 1] === low))
      slot = (slot + 1) & last;
    return slot;
  }

  #rehash(): void {
    const [keys, times] = [this.#keys, this.#times];
    this.#keys = new Uint32Array(2 * keys.length);
    this.#times = new Uint16Array(2 * times.length);
    for (const [old, count] of times.entries()) {
      if (count === 0) continue;
      const [high, low] = [keys[2 * old]!, keys[2 * old + 1]!];
      const slot = this.#slotOf({ high, low });
      this.#keys[2 * slot] = high;
      this.#keys[2 * slot + 1] = low;
      this.#times[slot] = count;
    }
  }
}

/** Stands for the words of a sentence; two 32-bit numbers. */
export interface SentenceKey {
  high: number;
  low: number;
}

/**
 * The same for the same words, whatever their numbers are.
 * @param words by number
 * @param hashes of the words by number
 */
export function sentenceKey(words: Int32Array, hashes: Int32Array): SentenceKey {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (const word of words) {
    const hash = hashes[word]!;
    high = Math.imul(high ^ hash, 0x01000193) ^ (high >>> 15);
    low = Math.imul(low ^ hash, 0x5bd1e995) ^ (low >>> 13);
  }
  return { high: high >>> 0, low: low >>> 0 };
}
