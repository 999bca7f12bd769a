/**
 * Numbers sorted by 32-bit keys, equal keys by number: key and number make one 64-bit integer, which typed arrays sort
 * without a call for each comparison.
 */
export class SortedKeys {
  readonly #words: Uint32Array;

  /** @param keyOf asked for each number from 0 to `count` */
  constructor(count: number, keyOf: (number: number) => number) {
    const sorted = new BigUint64Array(count);
    this.#words = new Uint32Array(sorted.buffer);
    for (let number = 0; number < count; number++) {
      this.#words[2 * number + LOW] = number;
      this.#words[2 * number + 1 - LOW] = keyOf(number);
    }
    sorted.sort();
  }

  numberAt(place: number): number {
    return this.#words[2 * place + LOW]!;
  }

  /** From where to where, the end excluded, keys are equal: all such places in order. */
  *runs(): Generator<[from: number, to: number]> {
    const key = (place: number) => this.#words[2 * place + 1 - LOW];
    const count = this.#words.length / 2;
    for (let from = 0, to = 0; from < count; from = to) {
      while (to < count && key(to) === key(from)) to++;
      yield [from, to];
    }
  }
}

/** Which of a 64-bit integer's two words is the lower one on this machine. */
const LOW = new Uint32Array(BigUint64Array.of(1n).buffer)[0] === 1 ? 0 : 1;
