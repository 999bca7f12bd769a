/**
 * The generator fastText draws from, `std::minstd_rand` (Park and Miller, multiplier 48271, modulus 2^31 - 1), with the
 * two distributions it uses as libstdc++ computes them. A model trained here starts from the very weights that the C++
 * program starts from, so that the two can be compared weight by weight.
 */
const MODULUS = 2147483647;
const MULTIPLIER = 48271;
/** How many values the generator has: 1 to MODULUS - 1. */
const RANGE = MODULUS - 1;

export class MinStdRand {
  #state: number;

  /** @param seed whole number; one that is 0 modulo 2^31 - 1 counts as 1, as in C++ */
  constructor(seed: number) {
    const residue = seed % MODULUS;
    this.#state = residue === 0 ? 1 : residue;
  }

  /** The next whole number in [1, 2^31 - 2]. */
  next(): number {
    // A Mersenne modulus: two shifts in place of a division; the product stays below 2^47, exact in a double.
    const product = this.#state * MULTIPLIER;
    const high = Math.floor(product / 2147483648);
    const sum = product - high * 2147483648 + high;
    this.#state = sum >= MODULUS ? sum - MODULUS : sum;
    return this.#state;
  }

  /** `std::uniform_real_distribution<double>(low, high)`: two draws make the 53 bits. */
  uniform(low: number, high: number): number {
    const first = this.next() - 1;
    const unit = (first + (this.next() - 1) * RANGE) / (RANGE * RANGE);
    return Math.min(unit, 1 - Number.EPSILON / 2) * (high - low) + low;
  }

  /** `std::uniform_int_distribution(0, below - 1)`: rejection, then division. `below` from 1 to 2^31 - 2. */
  int(below: number): number {
    const scale = Math.floor((RANGE - 1) / below);
    for (;;) {
      const draw = this.next() - 1;
      if (draw < scale * below) return Math.floor(draw / scale);
    }
  }
}
