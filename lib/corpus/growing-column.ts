type Column = Uint8Array | Uint32Array | Float64Array;

/** Numbers of one kind that become more, in one typed array. */
export class GrowingColumn<A extends Column> {
  length = 0;
  readonly #kind: new (
    length: number,
  ) => A;
  #storage: A;

  constructor(kind: new (length: number) => A) {
    this.#kind = kind;
    this.#storage = new kind(1024);
  }

  /** All of them; an array that later pushes may leave behind. */
  get values(): A {
    return this.#storage.subarray(0, this.length) as A;
  }

  push(more: A): void {
    const length = this.length + more.length;
    if (length > this.#storage.length) {
      const larger = new this.#kind(Math.ceil(Math.max(length, 1.5 * this.#storage.length)));
      larger.set(this.#storage);
      this.#storage = larger;
    }
    this.#storage.set(more, this.length);
    this.length = length;
  }
}
