import type { RejectedRow } from '../rows.ts';

/**
 * A part of a source that can be worked on by itself, on any thread: whole records, as bytes that are still to be
 * parsed or as fields that a reader has taken out already.
 */
export type Block =
  | (TextBlock & {
      kind: 'csv';
      /** Where each record ends in the bytes, its line end included. */
      ends: Uint32Array;
      /** Whether its first record is the header. */
      header: boolean;
    })
  | (TextBlock & { kind: 'jsonl' })
  | {
      kind: 'fields';
      file: string;
      /** Id, text and label of each row. */
      rows: [id: unknown, text: unknown, label: unknown][];
      /** Number of the first row, from 1. */
      firstLine: number;
    };

interface TextBlock {
  file: string;
  /** UTF-8 text of whole records, the last one with its line end but for that of the file. */
  bytes: Uint8Array;
  /** Number of the line with which it begins, from 1. */
  firstLine: number;
}

/** What the cutting of a source gives: blocks, and the records that it sets aside, in the order of the file. */
export type Piece = Block | RejectedRow;

/** Bytes of a block. Large enough that a message between threads costs nothing, small enough to be judged in a wink. */
export const BLOCK_BYTES = 512 * 1024;

/** A record longer than this is set aside: it is no page, and would fill the memory. */
export const LONGEST_RECORD = 16 * 1024 * 1024;
