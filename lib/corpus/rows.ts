import { sha256 } from '../artifacts/digest.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { shorten } from './shorten.ts';

/** What was put right in a row that is kept. */
export type Repair = 'NUL bytes removed' | 'invalid UTF-8 replaced' | 'id made from the text';

export type RejectReason =
  | 'wrong number of fields'
  | 'unclosed quote'
  | 'too long'
  | 'invalid JSON'
  | 'text is not a string'
  | 'empty text'
  | 'empty label';

export interface RecordRow {
  kind: 'record';
  id: string;
  text: string;
  label: string;
  repaired: Repair[];
}

export interface RejectedRow {
  kind: 'rejected';
  file: string;
  /** Line of the file on which the row begins, from 1. */
  line: number;
  reason: RejectReason;
  /** The particulars, where there are any: `6 in place of 8`. */
  detail: string;
  start: string;
}

export type Row = RecordRow | RejectedRow;

/** Where a row begins. */
export type RowPlace = Pick<RejectedRow, 'file' | 'line'>;

/** A row that is set aside. */
export function rejected(place: RowPlace, reason: RejectReason, text: string, detail = ''): RejectedRow {
  const start = shorten(text.replaceAll('\0', ''), 120);
  return { kind: 'rejected', ...place, reason, detail, start };
}

/** The error of a file that ends within the row that begins here. */
export const truncatedFile = ({ file, line }: RowPlace, what: string): InvalidInput =>
  new InvalidInput(
    `${file}:${line}`,
    `the file ends within the ${what}: it was cut in the middle`,
    'Fetch the whole file again, or remove this last row.',
  );

/** The reason with its particulars. */
export const rejectionReason = ({ reason, detail }: RejectedRow): string =>
  detail ? `${reason}: ${detail}` : reason;

/**
 * A record of three fields, repaired where that is possible. One without an id gets one made from its text, which unlike a
 * row number keeps it on its side of the split when rows before it come or go.
 */
export function toRow(place: RowPlace, id: string, text: string, label: string): Row {
  const repaired = new Set<Repair>();
  const fields = { id: repair(id, repaired), text: repair(text, repaired), label: repair(label, repaired) };
  if (fields.text === '') return rejected(place, 'empty text', fields.label);
  if (fields.label === '') return rejected(place, 'empty label', fields.text);
  if (fields.id === '') {
    fields.id = `text-${sha256(fields.text).slice(0, 16)}`;
    repaired.add('id made from the text');
  }
  return { kind: 'record', ...fields, repaired: [...repaired] };
}

/** A record of three values of JSON or Parquet; one with a list or an object is rejected and shown `whole`. */
export function rowOfValues(place: RowPlace, values: readonly unknown[], whole: () => string): Row {
  const [id, text, label] = values.map(asText);
  if (id === undefined || text === undefined || label === undefined)
    return rejected(place, 'text is not a string', whole());
  return toRow(place, id, text, label);
}

/** Numbers become text, what is missing is empty. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return value === undefined || value === null ? '' : undefined;
}

function repair(value: string, repaired: Set<Repair>): string {
  if (value.includes('\ufffd')) repaired.add('invalid UTF-8 replaced');
  if (!value.includes('\0')) return value.trim();
  repaired.add('NUL bytes removed');
  return value.replaceAll('\0', '').trim();
}

/** A record of more bytes than this is set aside: it is no page, and would fill the memory. */
export const LONGEST_RECORD = 16 * 1024 * 1024;

/** What the rejection of such a record says. */
export const tooLong = (longest: number): string => `more than ${longest / 1024 ** 2} MiB`;
