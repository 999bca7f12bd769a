/**
 * Which of the cached tokens each beam descends from.
 *
 * Keys and values of decoded tokens are kept once for each input, in slots that its beams share; a token never moves
 * when beams change places. What a beam may attend to are the slots on its own path. Beams of one input have most of
 * their path in common, and the tokens of beams that died out are dropped now and then: the cache of 4 beams grows
 * hardly faster than that of one, and nothing is copied from beam to beam.
 */
export class Ancestry {
  /** Tokens of every path. */
  length = 0;
  /** Slots of each input. */
  slots = 0;
  readonly #beams: number;
  readonly #maxLength: number;
  /** By row: the slots of its path, by position. */
  #paths: Int32Array[];

  constructor(inputs: number, beams: number, maxLength: number) {
    this.#beams = beams;
    this.#maxLength = maxLength;
    this.#paths = Array.from({ length: inputs * beams }, () => new Int32Array(maxLength));
  }

  /** @param origins row whose path each row takes over */
  reorder(origins: ArrayLike<number>): void {
    this.#paths = Array.from(origins, (origin) => this.#paths[origin]!.slice());
  }

  /** Appends one token to every path, in new slots. */
  append(): void {
    this.#paths.forEach((path, row) => {
      path[this.length] = this.slots + (row % this.#beams);
    });
    this.length++;
    this.slots += this.#beams;
  }

  /**
   * How far back each slot lies on the path of each row; `maxLength` for slots that are not on it.
   * @returns `[inputs, beams, slots]`
   */
  distances(): Int32Array {
    const distances = new Int32Array(this.#paths.length * this.slots).fill(this.#maxLength);
    this.#paths.forEach((path, row) => {
      const start = row * this.slots;
      for (let position = 0; position < this.length; position++)
        distances[start + path[position]!] = this.length - 1 - position;
    });
    return distances;
  }

  /**
   * Drops the slots that are on no path.
   * @returns the slots to keep of each input, `[inputs, slots]`: `slots` is what it has now. Where another input needs
   * more, the first slot comes again. Undefined if nothing can be dropped
   */
  compact(): Int32Array | undefined {
    const inputs = this.#paths.length / this.#beams;
    const kept = Array.from({ length: inputs }, (_, input) => this.#liveSlots(input));
    const slots = Math.max(...kept.map((live) => live.length));
    if (slots === this.slots) return undefined;
    const indices = new Int32Array(kept.length * slots);
    kept.forEach((live, input) => {
      indices.set(live, input * slots);
      const newSlot = new Int32Array(this.slots);
      for (const [index, slot] of live.entries()) newSlot[slot] = index;
      for (const path of this.#pathsOf(input))
        for (let position = 0; position < this.length; position++) path[position] = newSlot[path[position]!]!;
    });
    this.slots = slots;
    return indices;
  }

  /** Forgets all inputs but these. */
  retain(inputs: readonly number[]): void {
    this.#paths = inputs.flatMap((input) => this.#pathsOf(input));
  }

  #pathsOf(input: number): Int32Array[] {
    return this.#paths.slice(input * this.#beams, (input + 1) * this.#beams);
  }

  #liveSlots(input: number): number[] {
    const isLive = new Uint8Array(this.slots);
    for (const path of this.#pathsOf(input))
      for (let position = 0; position < this.length; position++) isLive[path[position]!] = 1;
    return Array.from(isLive.keys()).filter((slot) => isLive[slot] === 1);
  }
}
