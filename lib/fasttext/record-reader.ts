/** A corpus' records as a training reads them: rows of the input matrix, and labels. */
export interface RecordReader {
  /** The present record's rows: the first `length` of them count, until the next record is read. */
  readonly line: { readonly rows: Int32Array; readonly length: number };
  /** Its labels. */
  readonly labels: readonly number[];
  /** Goes to a record; returns how many tokens it has, its labels and line end among them. */
  read(record: number): number;
}
