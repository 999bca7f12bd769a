/**
 * What changed in a dataset since an earlier run of it: the digests of all its records, kept beside what was prepared,
 * and their comparison.
 *
 * The file is a line of JSON `{records, labels}`, then for all records the digests of their ids, the digests of their
 * raw texts and labels, and the numbers of their labels, as 32-bit little-endian words.
 */
import { readFile } from 'node:fs/promises';
import { DIGEST_WORDS, DigestTable } from './duplicates/digest-table.ts';
import { LineFile } from './line-file.ts';

export interface RecordDigests {
  labels: string[];
  /** For each record, which of them it has. */
  label: Uint32Array;
  /** `DIGEST_WORDS` words a record. */
  ids: Uint32Array;
  contents: Uint32Array;
}

/** How many records of a class came, changed (text or class) and went. */
export interface ClassChanges {
  added: number;
  changed: number;
  removed: number;
}

/** A file of digests that is written piece by piece, and has its name only when it is whole. */
export class RecordDigestsFile {
  readonly #file: LineFile;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  /** @param records how many there will be */
  static async create(path: string, labels: string[], records: number): Promise<RecordDigestsFile> {
    const file = await LineFile.create(path);
    await file.write(JSON.stringify({ records, labels }));
    return new RecordDigestsFile(file);
  }

  /** Some words: those of all ids in order, then of all contents, then of all labels. */
  async write(words: Uint32Array): Promise<void> {
    await this.#file.writeBytes(bytesOf(words));
  }

  close = (): Promise<void> => this.#file.close();
  discard = (): Promise<void> => this.#file.discard();
}

/** Reads what a `RecordDigestsFile` wrote. */
export async function readRecordDigests(path: string): Promise<RecordDigests> {
  const bytes = await readFile(path);
  const headEnd = bytes.indexOf(0x0a) + 1;
  const { records, labels } = JSON.parse(bytes.toString('utf8', 0, headEnd)) as {
    records: number;
    labels: string[];
  };
  let at = headEnd;
  const words = (count: number) => {
    const taken = new Uint32Array(
      bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + 4 * count),
    );
    at += 4 * count;
    return taken;
  };
  const ids = words(records * DIGEST_WORDS);
  const contents = words(records * DIGEST_WORDS);
  return { labels, label: words(records), ids, contents };
}

/**
 * What came, changed and went from one run to the next, by class; classes in which nothing did are left out. A record
 * that changed its class counts as changed in the class that it has by then.
 */
export function compareRecords(before: RecordDigests, after: RecordDigests): Record<string, ClassChanges> {
  const changes = new Map<string, ClassChanges>();
  const count = (label: string, what: keyof ClassChanges) => {
    if (!changes.has(label)) changes.set(label, { added: 0, changed: 0, removed: 0 });
    changes.get(label)![what]++;
  };
  const table = new DigestTable(before.ids, before.label.length);
  for (let record = 0; record < before.label.length; record++) table.replace(record);
  const stays = new Uint8Array(before.label.length);
  for (const [record, label] of after.label.entries()) {
    const earlier = table.find(after.ids, record);
    if (earlier === -1) count(after.labels[label]!, 'added');
    else {
      stays[earlier] = 1;
      if (!isEqual(before.contents, earlier, after.contents, record)) count(after.labels[label]!, 'changed');
    }
  }
  for (const [record, label] of before.label.entries())
    if (stays[record] === 0) count(before.labels[label]!, 'removed');
  return Object.fromEntries([...changes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEqual(digests: Uint32Array, at: number, others: Uint32Array, place: number): boolean {
  for (let word = 0; word < DIGEST_WORDS; word++)
    if (digests[at * DIGEST_WORDS + word] !== others[place * DIGEST_WORDS + word]) return false;
  return true;
}

const bytesOf = (words: Uint32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
