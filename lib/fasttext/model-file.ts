/**
 * fastText's `.bin` format, version 12: settings, dictionary, input and output matrix, little-endian throughout.
 * A model saved here is loaded by the C++ program and the other way round.
 */
import { readSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { sumBy } from '../arithmetic/sums.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { Dictionary } from './dictionary.ts';
import { FastTextModel } from './model.ts';
import { type Matrix, ModelMemory } from './model-memory.ts';
import { Vocabulary } from './vocabulary.ts';

const MAGIC = 793712314;
const VERSION = 12;
/** fastText's number of the kind of model. */
const SUPERVISED = 3;
/** Losses by fastText's numbers, which begin at 1. */
const LOSSES = ['hs', 'ns', 'softmax', 'ova'] as const;
/** "No pruned n-grams": only quantised models have some. */
const NOT_PRUNED = -1;

/** Bytes of the head without the dictionary's entries, of an entry beside its token, and before a matrix's numbers. */
const HEAD_BYTES = 14 * 4 + 8 + 3 * 4 + 2 * 8;
const ENTRY_BYTES = 1 + 8 + 1;
/** The first byte says whether the matrix is quantised. */
const MATRIX_HEAD_BYTES = 1 + 2 * 8;
/** Bytes that are read at a time. */
const CHUNK = 1 << 20;

/** Writes the model as `.bin`; the file appears whole or not at all. */
export async function saveFastText(model: FastTextModel, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.partial`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(headOf(model));
    for (const { rows, columns, data } of [model.input, model.output]) {
      const head = Buffer.alloc(MATRIX_HEAD_BYTES);
      head.writeBigInt64LE(BigInt(rows), 1);
      head.writeBigInt64LE(BigInt(columns), 9);
      await file.writeFile(head);
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Reads a supervised model that is not quantised. Throws `InvalidInput` for any other file.
 * What the format does not keep (`lr`) gets fastText's default.
 */
export async function loadFastText(path: string): Promise<FastTextModel> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw unreadable(path, (error as NodeJS.ErrnoException).code ?? 'it cannot be opened');
  }
  try {
    const reader = new BinaryReader(file.fd, path);
    const settings = readSettings(reader, path);
    const dictionary = readDictionary(reader, settings, path);
    const memory = new ModelMemory({
      inputs: dictionary.rows,
      labels: dictionary.labels.length,
      dim: settings.dim,
    });
    for (const matrix of [memory.input, memory.output]) readMatrix(reader, path, matrix);
    return new FastTextModel(settings, dictionary, memory);
  } finally {
    await file.close();
  }
}

/** Settings and dictionary: all that stands before the matrices. */
function headOf({ settings, dictionary }: FastTextModel): Buffer {
  const { dim, ws, epoch, minCount, neg, wordNgrams, minn, maxn, lrUpdateRate, t } = settings;
  const { tokens, wordCount, tokenCount, counts } = dictionary;
  const size = tokens.length;
  const lossNumber = LOSSES.indexOf(settings.loss) + 1;
  const model = [dim, ws, Math.round(epoch), minCount, neg, wordNgrams, lossNumber, SUPERVISED];
  const numbers = [MAGIC, VERSION, ...model, dictionary.settings.bucket, minn, maxn, lrUpdateRate];
  const bytes = Buffer.alloc(HEAD_BYTES + sumBy(tokens, ({ length }) => length + ENTRY_BYTES));
  let at = 0;
  const int32 = (value: number) => {
    at = bytes.writeInt32LE(value, at);
  };
  const int64 = (value: number) => {
    at = bytes.writeBigInt64LE(BigInt(value), at);
  };
  numbers.forEach(int32);
  at = bytes.writeDoubleLE(t, at);
  [size, wordCount, size - wordCount].forEach(int32);
  [tokenCount, NOT_PRUNED].forEach(int64);
  for (const [entry, token] of tokens.entries()) {
    at += bytes.write(token, at, 'latin1') + 1;
    int64(counts[entry]!);
    at = bytes.writeUInt8(entry >= wordCount ? 1 : 0, at);
  }
  return bytes;
}

function readSettings(reader: BinaryReader, path: string): FastTextSettings {
  const [magic, version] = [reader.int32(), reader.int32()];
  if (magic !== MAGIC) throw unreadable(path, "it does not begin as fastText's models do");
  if (version > VERSION) throw unreadable(path, `its version is ${version}, known up to ${VERSION}`);
  const numbers: number[] = [];
  for (let count = 0; count < 12; count++) numbers.push(reader.int32());
  const [dim, ws, epoch, minCount, neg, wordNgrams, lossNumber, kind, bucket, minn, maxn, lrUpdateRate] =
    numbers;
  if (kind !== SUPERVISED) throw unreadable(path, 'it holds word vectors, not a classifier');
  const loss = LOSSES[lossNumber! - 1];
  if (!loss) throw unreadable(path, `its loss has the unknown number ${lossNumber}`);
  return {
    dim: dim!,
    epoch: epoch!,
    lr: 0.1,
    lrUpdateRate: lrUpdateRate!,
    minCount: minCount!,
    minn: minn!,
    // Version 11 wrote a maxn that its classifiers did not use.
    maxn: version === 11 ? 0 : maxn!,
    wordNgrams: wordNgrams!,
    bucket: bucket!,
    ws: ws!,
    neg: neg!,
    t: reader.float64(),
    loss,
  };
}

function readDictionary(reader: BinaryReader, settings: FastTextSettings, path: string): Dictionary {
  const size = reader.int32();
  reader.int32();
  reader.int32();
  const tokenCount = reader.int64();
  if (reader.int64() !== NOT_PRUNED) throw unreadable(path, 'it is quantised');
  const vocabulary = new Vocabulary();
  const entries: number[] = [];
  const counts: number[] = [];
  while (entries.length < size) {
    entries.push(vocabulary.add(reader.text()));
    counts.push(reader.int64());
    // What kind of token it is, its first bytes tell too.
    reader.byte();
  }
  return new Dictionary(vocabulary, entries, Float64Array.from(counts), tokenCount, settings);
}

function readMatrix(reader: BinaryReader, path: string, { rows, columns, data }: Matrix): void {
  if (reader.byte() !== 0) throw unreadable(path, 'it is quantised');
  const shape = [reader.int64(), reader.int64()];
  if (shape[0] !== rows || shape[1] !== columns) {
    throw unreadable(path, `a matrix is ${shape.join(' x ')} where ${rows} x ${columns} was expected`);
  }
  reader.floats(data);
}

function unreadable(path: string, problem: string): InvalidInput {
  return new InvalidInput(
    path,
    `not a model that can be read: ${problem}`,
    'Give a .bin file that `fasttext supervised` or `npx counterpoise fasttext train` wrote.',
  );
}

/** Reads little-endian numbers and texts from a file's beginning on. */
class BinaryReader {
  readonly #descriptor: number;
  readonly #path: string;
  #buffer = Buffer.alloc(0);

  constructor(descriptor: number, path: string) {
    this.#descriptor = descriptor;
    this.#path = path;
  }

  byte = (): number => this.#take(1).readUInt8();
  int32 = (): number => this.#take(4).readInt32LE();
  int64 = (): number => Number(this.#take(8).readBigInt64LE());
  float64 = (): number => this.#take(8).readDoubleLE();

  /** The bytes up to a zero. */
  text(): string {
    let end = this.#buffer.indexOf(0);
    for (; end < 0; end = this.#buffer.indexOf(0)) this.#readOn();
    return this.#take(end + 1).toString('latin1', 0, end);
  }

  /** Fills the array. */
  floats(values: Float32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let done = Math.min(bytes.length, this.#buffer.length);
    bytes.set(this.#take(done));
    while (done < bytes.length) done += this.#read(bytes.subarray(done, done + 64 * CHUNK));
  }

  #take(bytes: number): Buffer {
    while (this.#buffer.length < bytes) this.#readOn();
    const taken = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    return taken;
  }

  #readOn(): void {
    const next = Buffer.allocUnsafe(CHUNK);
    const read = this.#read(next);
    this.#buffer = Buffer.concat([this.#buffer, next.subarray(0, read)]);
  }

  #read(target: Uint8Array): number {
    const read = readSync(this.#descriptor, target);
    if (read === 0) throw unreadable(this.#path, 'it ends too early');
    return read;
  }
}
