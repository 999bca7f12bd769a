import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { type xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of randomness. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, below). */
  int(below: number): number;
  /** One element, each as likely as the others; throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends { [index: number]: unknown; length: number }>(items: A): A;
}

/**
 * A generator for one purpose: `createRandom(42, 'prompts', 'printing')` is independent of `createRandom(42, 'split')`.
 * The same seed and purpose give the same sequence on every machine.
 */
export function createRandom(seed: number, ...purpose: string[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...purpose]))
    .digest();
  return wrap(xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset))));
}

function wrap(generator: ReturnType<typeof xoroshiro128plus>): Random {
  const int = (below: number) => uniformInt(generator, 0, below - 1);
  return {
    next: () => uniformFloat64(generator),
    int,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list');
      return items[int(items.length)]!;
    },
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = int(last + 1);
        const kept = items[last];
        items[last] = items[other];
        items[other] = kept;
      }
      return items;
    },
  };
}
