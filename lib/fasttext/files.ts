/** The classifier on files in fastText's format, as the C++ program's `supervised`, `predict` and `test` read them. */
import { createReadStream } from 'node:fs';
import { writeLines } from '../corpus/line-file.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { CorpusBuilder, type TokenisedCorpus } from './corpus.ts';
import { formatNumber } from './format-number.ts';
import type { FastTextModel, Prediction } from './model.ts';
import { fromBytes, isLabel, LABEL_PREFIX, splitTokens, toBytes } from './tokens.ts';

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
  const builder = new CorpusBuilder();
  for await (const { line, ended } of linesOf(path)) builder.addBytes(line, ended);
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
    yield model.predictBytes(line, { k, threshold, terminated: ended });
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
    const predictions = model.predictBytes(line, { k, threshold, terminated: ended });
    examples++;
    expected += truth.length;
    predicted += predictions.length;
    right += predictions.filter(({ label }) => truth.includes(label)).length;
  }
  return { examples, precision: right / predicted, recall: right / expected };
}

const labelsOf = (line: string): string[] =>
  splitTokens(line)
    .filter(isLabel)
    .map((token) => fromBytes(token.slice(LABEL_PREFIX.length)));

const READ_AT_A_TIME = 1 << 18;
const BYTE_ORDER_MARK = toBytes('\ufeff');

/** Lines as strings of bytes, the last of which may be without its end. */
async function* linesOf(path: string): AsyncGenerator<{ line: string; ended: boolean }> {
  let rest = '';
  let isFirst = true;
  try {
    for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: READ_AT_A_TIME })) {
      const lines = (rest + chunk).split('\n');
      if (isFirst && lines[0]!.startsWith(BYTE_ORDER_MARK))
        lines[0] = lines[0]!.slice(BYTE_ORDER_MARK.length);
      isFirst = false;
      rest = lines.pop()!;
      for (const line of lines) yield { line, ended: true };
    }
    if (rest !== '') yield { line: rest, ended: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new InvalidInput(
      path,
      `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Name a file of lines such as "__label__crude Oil prices rose".',
    );
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
  for (const token of dictionary.tokens.slice(0, dictionary.wordCount)) {
    const numbers = Array.from(model.wordVector(token), (value) => formatNumber(value, DIGITS));
    yield `${fromBytes(token)} ${numbers.join(' ')} `;
  }
}
