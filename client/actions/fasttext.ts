import {
  formatPredictions,
  predictFile,
  readFastTextCorpus,
  saveVectors,
  testFile,
} from '../../lib/fasttext/files.ts';
import { loadFastText, saveFastText } from '../../lib/fasttext/model-file.ts';
import { trainClassifier } from '../../lib/fasttext/training.ts';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { createOutput, forTerminal } from '../output.ts';
import { settingsOf } from '../setting-flags.ts';
import { withProgress } from '../watching/progress-line.ts';

const CLASSIFIER = settingsSchema.shape.classifier.unwrap();

interface TrainFlags extends Record<string, unknown> {
  input: string;
  output: string;
  seed: number;
  json?: boolean;
}

/** Trains a classifier and saves it. */
export async function trainModel(flags: TrainFlags): Promise<void> {
  const output = createOutput(flags.json);
  const { kind: _kind, C: _c, thread: _thread, ...settings } = settingsOf(CLASSIFIER, flags);
  const startedAt = performance.now();
  const model = await withProgress(output, 'stopped; no model was written', async ({ show, signal }) =>
    trainClassifier({
      corpus: await readFastTextCorpus(flags.input),
      settings,
      seed: flags.seed,
      signal,
      onProgress: ({ done, ...figures }) =>
        show({ phase: 'train', done: Math.round(done * 100), total: 100, unit: '%', figures }),
    }),
  );
  const path = `${flags.output}.bin`;
  await saveFastText(model, path);
  await saveVectors(model, `${flags.output}.vec`);
  const seconds = (performance.now() - startedAt) / 1000;
  const { wordCount: words, tokenCount: tokens } = model.dictionary;
  const labels = model.labels.length;
  output.result({ model: path, words, labels, tokens, seconds }, `${words} words, ${labels} labels: ${path}`);
}

/** Precision and recall of a model on a file. */
export async function testModel(
  model: string,
  file: string,
  k: number,
  threshold: number,
  flags: { json?: boolean },
): Promise<void> {
  const figures = await testFile(await loadFastText(model), file, k, threshold);
  const [precision, recall] = [figures.precision.toPrecision(3), figures.recall.toPrecision(3)];
  const words = `N\t${figures.examples}\nP@${k}\t${precision}\nR@${k}\t${recall}`;
  createOutput(flags.json).result(figures, words);
}

/** Prints the labels of each line of a file. */
export async function predict(
  model: string,
  file: string,
  k: number,
  threshold: number,
  flags: { prob?: boolean },
): Promise<void> {
  for await (const predictions of predictFile(await loadFastText(model), file, k, threshold)) {
    const line = formatPredictions(predictions, flags.prob ?? false);
    process.stdout.write(`${process.stdout.isTTY ? forTerminal(line) : line}\n`);
  }
}
