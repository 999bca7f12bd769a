/** The classifier on files in fastText's format, as the C++ program's `supervised`, `predict` and `test` read them. */
import { createReadStream } from 'node:fs';
import { splitLines } from '../corpus/lines.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { CorpusBuilder, LABEL_PREFIX, splitTokens, type TokenisedCorpus } from './corpus.ts';
import { formatNumber } from './format-number.ts';
import type { FastTextModel, Prediction } from './model.ts';

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
  for await (const { text, ended } of linesOf(path)) builder.addLine(text, ended);
  return builder.build();
}

/** The predictions for each line of a file, in order: at most `k`, none less probable than `threshold`. */
export async function* predictFile(
  model: FastTextModel,
  path: string,
  k = 1,
  threshold = 0,
): AsyncGenerator<Prediction[]> {
  for await (const { text, ended } of linesOf(path)) {
    yield model.predict(text, { k, threshold, terminated: ended });
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
  for await (const { text, ended } of linesOf(path)) {
    const truth = labelsOf(text).filter((label) => known.has(label));
    if (truth.length === 0) continue;
    const predictions = model.predict(text, { k, threshold, terminated: ended });
    examples++;
    expected += truth.length;
    predicted += predictions.length;
    right += predictions.filter(({ label }) => truth.includes(label)).length;
  }
  return { examples, precision: right / predicted, recall: right / expected };
}

function labelsOf(line: string): string[] {
  const labels = splitTokens(line).filter((token) => token.startsWith(LABEL_PREFIX));
  return labels.map((token) => token.slice(LABEL_PREFIX.length));
}

async function* linesOf(path: string): AsyncGenerator<{ text: string; ended: boolean }> {
  try {
    yield* splitLines(createReadStream(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new InvalidInput(
      path,
      `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'Name a file of lines such as "__label__crude Oil prices rose".',
    );
  }
}
