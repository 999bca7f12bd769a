/** Records joined into groups, each known by its first one (union-find). */
export class Groups {
  readonly #above: Int32Array;

  constructor(records: number) {
    this.#above = Int32Array.from({ length: records }, (_, record) => record);
  }

  /** The first record of a record's group; shortens the way there. */
  firstOf(record: number): number {
    const above = this.#above;
    while (above[record] !== record) {
      above[record] = above[above[record]!]!;
      record = above[record]!;
    }
    return record;
  }

  join(one: number, other: number): void {
    const [a, b] = [this.firstOf(one), this.firstOf(other)];
    this.#above[Math.max(a, b)] = Math.min(a, b);
  }
}
