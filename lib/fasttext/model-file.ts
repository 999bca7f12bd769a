/**
 * fastText's `.bin` format, version 12: settings, dictionary, input and output matrix, little-endian throughout.
 * A model saved here is loaded by the C++ program and the other way round.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { BinaryReader, BinaryWriter } from './binary-file.ts';
import { Dictionary } from './dictionary.ts';
import { FastTextModel } from './model.ts';
import { type Matrix, ModelMemory } from './model-memory.ts';
import { addToken, TokenTable } from './token-table.ts';

const MAGIC = 793712314;
const VERSION = 12;
/** fastText's number of the kind of model. */
const SUPERVISED = 3;
/** Losses by fastText's numbers, which begin at 1. */
const LOSSES = ['hs', 'ns', 'softmax', 'ova'] as const;
/** "No pruned n-grams": only quantised models have some. */
const NOT_PRUNED = -1;

/** Writes the model as `.bin`; the file appears whole or not at all. */
export async function saveFastText(model: FastTextModel, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.partial`;
  const writer = new BinaryWriter();
  const file = await open(temporary, 'w');
  try {
    writeSettings(writer, model);
    await writeDictionary(writer, model.dictionary, file);
    for (const matrix of [model.input, model.output]) {
      writeShape(writer, matrix);
      await file.writeFile(writer.take());
      await file.writeFile(
        new Uint8Array(matrix.data.buffer, matrix.data.byteOffset, matrix.data.byteLength),
      );
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
    const reader = new BinaryReader(file, () => unreadable(path, 'it ends too early'));
    const settings = readSettings(reader, path);
    const dictionary = readDictionary(reader, settings, path);
    const memory = ModelMemory.allocate({
      inputs: dictionary.rows,
      labels: dictionary.labels.length,
      dim: settings.dim,
    });
    for (const matrix of [memory.input, memory.output]) await readMatrix(reader, path, matrix);
    return new FastTextModel(settings, dictionary, memory);
  } finally {
    await file.close();
  }
}

function writeSettings(writer: BinaryWriter, { settings, dictionary }: FastTextModel): void {
  const { dim, ws, epoch, minCount, neg, wordNgrams, minn, maxn, lrUpdateRate, t } = settings;
  const { bucket } = dictionary.settings;
  const lossNumber = LOSSES.indexOf(settings.loss) + 1;
  const numbers = [
    MAGIC,
    VERSION,
    dim,
    ws,
    Math.round(epoch),
    minCount,
    neg,
    wordNgrams,
    lossNumber,
    SUPERVISED,
  ];
  for (const number of [...numbers, bucket, minn, maxn, lrUpdateRate]) writer.int32(number);
  writer.float64(t);
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

async function writeDictionary(
  writer: BinaryWriter,
  dictionary: Dictionary,
  file: FileHandle,
): Promise<void> {
  const { size, wordCount, tokenCount } = dictionary;
  for (const number of [size, wordCount, size - wordCount]) writer.int32(number);
  writer.int64(tokenCount);
  writer.int64(NOT_PRUNED);
  for (let entry = 0; entry < size; entry++) {
    writer.text(dictionary.bytesOf(entry));
    writer.int64(dictionary.counts[entry]!);
    writer.byte(entry >= wordCount ? 1 : 0);
    if (writer.isFull) await file.writeFile(writer.take());
  }
}

function readDictionary(reader: BinaryReader, settings: FastTextSettings, path: string): Dictionary {
  const size = reader.int32();
  reader.int32();
  reader.int32();
  const tokenCount = reader.int64();
  if (reader.int64() !== NOT_PRUNED) throw unreadable(path, 'it is quantised');
  const vocabulary = new TokenTable();
  const tokens: number[] = [];
  const counts: number[] = [];
  while (tokens.length < size) {
    tokens.push(addToken(vocabulary, reader.text()));
    counts.push(reader.int64());
    // What kind of token it is, its first bytes tell too.
    reader.byte();
  }
  const entries = { vocabulary, tokens: Int32Array.from(tokens), counts: Float64Array.from(counts) };
  return new Dictionary(entries, tokenCount, settings);
}

/** A matrix is preceded by a byte that says whether it is quantised. */
function writeShape(writer: BinaryWriter, matrix: Matrix): void {
  writer.byte(0);
  writer.int64(matrix.rows);
  writer.int64(matrix.columns);
}

async function readMatrix(
  reader: BinaryReader,
  path: string,
  { rows, columns, data }: Matrix,
): Promise<void> {
  if (reader.byte() !== 0) throw unreadable(path, 'it is quantised');
  const shape = [reader.int64(), reader.int64()];
  if (shape[0] !== rows || shape[1] !== columns) {
    throw unreadable(path, `a matrix is ${shape.join(' x ')} where ${rows} x ${columns} was expected`);
  }
  await reader.floats(data);
}

function unreadable(path: string, problem: string): InvalidInput {
  return new InvalidInput(
    path,
    `not a model that can be read: ${problem}`,
    'Give a .bin file that `fasttext supervised` or `counterpoise fasttext train` wrote.',
  );
}
