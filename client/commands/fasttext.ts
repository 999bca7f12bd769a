import type { Command } from 'commander';
import { formatPredictions, predictFile, readFastTextCorpus, testFile } from '../../lib/fasttext/files.ts';
import { loadFastText, saveFastText } from '../../lib/fasttext/model-file.ts';
import { trainClassifier } from '../../lib/fasttext/training.ts';
import { saveVectors } from '../../lib/fasttext/vector-file.ts';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { onInterruption } from '../interruption.ts';
import { createOutput, forTerminal } from '../output.ts';
import { addSettingFlags, settingsOf } from '../setting-flags.ts';
import { progressOf } from '../watching/progress-line.ts';
import { number, wholeNumber } from './flags.ts';

const CLASSIFIER = settingsSchema.shape.classifier.unwrap();

interface TrainFlags extends Record<string, unknown> {
  input: string;
  output: string;
  seed: number;
  json?: boolean;
}

/** `fasttext train`, `fasttext test` and `fasttext predict`. */
export function addFastTextCommand(program: Command): void {
  const fasttext = program
    .command('fasttext')
    .description("the classifier alone; flags are fastText's, with one dash or two");

  const train = fasttext
    .command('train')
    .alias('supervised')
    .description('train a classifier')
    .requiredOption('--input <file>', 'lines such as "__label__crude Oil prices rose"')
    .requiredOption('--output <path>', "gets the model as <path>.bin, the words' vectors as <path>.vec");
  addSettingFlags(train, CLASSIFIER, { without: ['kind', 'C'], spelling: (field) => field })
    .option('--seed <n>', 'seed of the start weights', wholeNumber(), 0)
    .option('--json', 'print what was learnt as one line of JSON')
    .action(trainModel);

  fasttext
    .command('test')
    .description('precision and recall of a model')
    .argument('<model>', 'a .bin file, of this program or of fastText')
    .argument('<file>', 'lines with labels')
    .argument('[k]', 'labels to predict for each line', wholeNumber(1), 1)
    .argument('[threshold]', 'least probability of a predicted label', number, 0)
    .option('--json', 'print the figures as one line of JSON')
    .action(async (model: string, file: string, k: number, threshold: number, flags: { json?: boolean }) => {
      const figures = await testFile(await loadFastText(model), file, k, threshold);
      const rounded = (share: number) => share.toPrecision(3);
      const lines = [
        `N\t${figures.examples}`,
        `P@${k}\t${rounded(figures.precision)}`,
        `R@${k}\t${rounded(figures.recall)}`,
      ];
      createOutput(flags.json).result(figures, lines.join('\n'));
    });

  fasttext
    .command('predict')
    .description('the labels of each line of a file')
    .argument('<model>', 'a .bin file, of this program or of fastText')
    .argument('<file>', 'lines of text')
    .argument('[k]', 'labels to predict for each line', wholeNumber(1), 1)
    .argument('[threshold]', 'least probability of a predicted label', number, 0)
    .option('--prob', "print each label's probability too, as fastText's predict-prob does")
    .action(async (model: string, file: string, k: number, threshold: number, flags: { prob?: boolean }) => {
      for await (const predictions of predictFile(await loadFastText(model), file, k, threshold)) {
        const line = formatPredictions(predictions, flags.prob ?? false);
        process.stdout.write(`${process.stdout.isTTY ? forTerminal(line) : line}\n`);
      }
    });
}

async function trainModel(flags: TrainFlags): Promise<void> {
  const output = createOutput(flags.json);
  const { kind: _kind, C: _c, thread: _thread, ...settings } = settingsOf(CLASSIFIER, flags);
  const progress = progressOf(output);
  const interruption = onInterruption(() => 'stopped; no model was written');
  const startedAt = performance.now();
  try {
    const model = await trainClassifier({
      corpus: await readFastTextCorpus(flags.input),
      isCorpusSpent: true,
      settings,
      seed: flags.seed,
      signal: interruption.signal,
      onProgress: ({ done, loss, learningRate }) =>
        progress.show({
          phase: 'train',
          done: Math.round(done * 100),
          total: 100,
          unit: '%',
          figures: { loss, learningRate },
        }),
    });
    progress.end();
    const path = `${flags.output}.bin`;
    await saveFastText(model, path);
    await saveVectors(model, `${flags.output}.vec`);
    const seconds = (performance.now() - startedAt) / 1000;
    const { wordCount: words, tokenCount: tokens } = model.dictionary;
    const labels = model.labels.length;
    output.result(
      { model: path, words, labels, tokens, seconds },
      `${words} words, ${labels} labels: ${path}`,
    );
  } finally {
    progress.end();
    interruption.release();
  }
}
