/**
 * The n-grams of many texts as 52-bit hashes in one flat table: 16 to 32 bytes each, against over 100 in
 * a Set of strings. With ten million n-grams, one lookup in 450 million is a false positive.
 */
export class NgramSet {
  readonly n: number;
  private table = new Float64Array(1 << 10);
  private used = 0;

  constructor(n: number) {
    this.n = n;
  }

  add(words: readonly string[]): void {
    for (const hash of ngramHashes(words, this.n)) this.insert(hash);
  }

  /** Whether the set has any n-gram of these words that is not in `except`. */
  hasAny(words: readonly string[], except?: ReadonlySet<number>): boolean {
    for (const hash of ngramHashes(words, this.n)) if (this.has(hash) && !except?.has(hash)) return true;
    return false;
  }

  has(hash: number): boolean {
    return this.table[this.slotOf(hash)] === hash;
  }

  private insert(hash: number): void {
    const slot = this.slotOf(hash);
    if (this.table[slot] === hash) return;
    this.table[slot] = hash;
    if (++this.used * 2 > this.table.length) this.grow();
  }

  /** The slot of a hash, or the empty slot for it (linear probing; 0 is empty). */
  private slotOf(hash: number): number {
    const mask = this.table.length - 1;
    let slot = hash % this.table.length;
    while (this.table[slot] !== 0 && this.table[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.table[this.slotOf(hash)] = hash;
  }
}

/** Hash of every run of n words, each in 1 … 2^52. */
export function* ngramHashes(words: readonly string[], n: number): Generator<number> {
  for (let start = 0; start + n <= words.length; start++) {
    // Two 26-bit FNV-like sums with different multipliers; the separator keeps "ab c" and "a bc" apart.
    let high = 0x811c9dc5;
    let low = 0x9747b28c;
    for (let word = start; word < start + n; word++) {
      const letters = words[word]!;
      for (let index = 0; index < letters.length; index++) {
        const code = letters.charCodeAt(index);
        high = Math.imul(high ^ code, 0x01000193);
        low = Math.imul(low ^ code, 0x85ebca6b);
        low ^= low >>> 13;
      }
      high = Math.imul(high ^ 0x20, 0x01000193);
      low = Math.imul(low ^ 0x20, 0x85ebca6b);
    }
    yield (high >>> 6) * 0x4000000 + (low >>> 6) + 1;
  }
}
