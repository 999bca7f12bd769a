/** Records joined into groups, each known by its first one (union-find). */
export class Groups {
  /** For each record one before it of its group, or itself; after `flatten` the first one. */
  readonly above: Int32Array;

  constructor(records: number) {
    this.above = new Int32Array(records);
    for (let record = 0; record < records; record++) this.above[record] = record;
  }

  /** The first record of a group; shortens the way there. */
  rootOf(record: number): number {
    const { above } = this;
    let root = record;
    while (above[root] !== root) root = above[root]!;
    for (let at = record; at !== root; ) {
      const next = above[at]!;
      above[at] = root;
      at = next;
    }
    return root;
  }

  /** Joins the groups of two records that are the first of theirs. */
  join(root: number, other: number): void {
    this.above[Math.max(root, other)] = Math.min(root, other);
  }

  flatten(): Int32Array {
    for (let record = 0; record < this.above.length; record++) this.above[record] = this.rootOf(record);
    return this.above;
  }
}
