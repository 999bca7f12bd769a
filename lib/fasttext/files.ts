/** The classifier on files in fastText's format, as the C++ program's `supervised`, `predict` and `test` read them. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { writeLines } from '../corpus/line-file.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { CorpusBuilder, type TokenisedCorpus } from './corpus.ts';
import { formatNumber } from './format-number.ts';
import type { FastTextModel, Prediction } from './model.ts';
import { LABEL_PREFIX, splitTokens } from './tokens.ts';

/** How well a model does on a file, as `fasttext test` counts it. */
export interface FileTest {
  /** Lines that have a label the model knows. */
  examples: number;
  /** Share of the predicted labels that are right. */
  precision: number;
  /** Share of the true labels that were predicted. */
  recall: number;
}

/** Every line of a file, tokenised. Throws `InvalidInput` for a file that cannot be read. */
export async function readFastTextCorpus(path: string): Promise<TokenisedCorpus> {
  // A file that cannot be inspected cannot be read either, which throws then.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const builder = new CorpusBuilder(Math.ceil(size / BYTES_OF_A_TOKEN));
  for await (const { line, ended } of linesOf(path)) builder.addLine(line, ended);
  return builder.build();
}

/** The predictions for each line of a file, in order: at most `k`, none less probable than `threshold`. */
export async function* predictFile(
  model: FastTextModel,
  path: string,
  k = 1,
  threshold = 0,
): AsyncGenerator<Prediction[]> {
  for await (const { line, ended } of linesOf(path)) {
    yield model.predict(line, { k, threshold, terminated: ended });
  }
}

/** The predictions of one line as `fasttext predict` prints them, or `predict-prob` with the probabilities. */
export function formatPredictions(predictions: readonly Prediction[], withProbabilities: boolean): string {
  const words = predictions.flatMap(({ label, probability }) =>
    withProbabilities ? [LABEL_PREFIX + label, formatNumber(probability, 6)] : [LABEL_PREFIX + label],
  );
  return words.join(' ');
}

/** Precision and recall at `k` over the lines of a file; NaN where there is nothing to count. */
export async function testFile(model: FastTextModel, path: string, k = 1, threshold = 0): Promise<FileTest> {
  const known = new Set(model.labels);
  let [examples, right, predicted, expected] = [0, 0, 0, 0];
  for await (const { line, ended } of linesOf(path)) {
    const truth = labelsOf(line).filter((label) => known.has(label));
    if (truth.length === 0) continue;
    const predictions = model.predict(line, { k, threshold, terminated: ended });
    examples++;
    expected += truth.length;
    predicted += predictions.length;
    right += predictions.filter(({ label }) => truth.includes(label)).length;
  }
  return { examples, precision: right / predicted, recall: right / expected };
}

function labelsOf(line: Uint8Array): string[] {
  const labels = splitTokens(DECODER.decode(line)).filter((token) => token.startsWith(LABEL_PREFIX));
  return labels.map((token) => token.slice(LABEL_PREFIX.length));
}

const READ_AT_A_TIME = 1 << 18;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** Fewer than most tokens have, separator and all: an estimate of how many a file holds. */
const BYTES_OF_A_TOKEN = 4;

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lines as bytes, which hold until the next one is asked for: a file is read through one buffer, whatever its size. */
async function* linesOf(path: string): AsyncGenerator<{ line: Uint8Array; ended: boolean }> {
  try {
    const file = await open(path);
    try {
      yield* splitLines(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new InvalidInput(
      path,
      `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Name a file of lines such as "__label__crude Oil prices rose".',
    );
  }
}

async function* splitLines(file: FileHandle): AsyncGenerator<{ line: Uint8Array; ended: boolean }> {
  let buffer = Buffer.allocUnsafe(READ_AT_A_TIME);
  let length = 0;
  for (let isFirst = true; ; isFirst = false) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    const filled = buffer.subarray(0, length + bytesRead);
    let start = isFirst && filled.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0;
    for (let end = filled.indexOf(LINE_FEED, start); end >= 0; end = filled.indexOf(LINE_FEED, start)) {
      yield { line: filled.subarray(start, end), ended: true };
      start = end + 1;
    }
    length = filled.length - start;
    buffer.copyWithin(0, start, filled.length);
    if (bytesRead > 0) continue;
    if (length > 0) yield { line: buffer.subarray(0, length), ended: false };
    return;
  }
}

/** Digits that fastText gives the numbers of a vector. */
const DIGITS = 5;

/** Writes the words' vectors as fastText's `.vec` text file; the file appears whole or not at all. */
export async function saveVectors(model: FastTextModel, path: string): Promise<void> {
  await writeLines(path, vectorLines(model));
}

function* vectorLines(model: FastTextModel): Generator<string> {
  const { dictionary, settings } = model;
  yield `${dictionary.wordCount} ${settings.dim}`;
  for (let word = 0; word < dictionary.wordCount; word++) {
    const token = dictionary.bytesOf(word);
    const numbers = Array.from(model.wordVector(token), (value) => formatNumber(value, DIGITS));
    yield `${Buffer.from(token).toString()} ${numbers.join(' ')} `;
  }
}
