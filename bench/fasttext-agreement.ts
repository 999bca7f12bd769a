/**
 * Do our fastText and the C++ program find the same? For every seed and sampling method both learn from the same
 * records and are asked about the same test records; printed are the means of F1 over the seeds, and in how many
 * of the trainings the two models are the same file, byte for byte.
 *
 *     npx tsx bench/fasttext-agreement.ts --train train.jsonl --test test.jsonl [--seeds 5]
 *
 * Needs `fasttext` 0.9.2 on PATH. Files may be JSONL, CSV or fastText's format.
 *
 * `--file-order` lets the C++ program read the training file as it lies, and samples of it in the order of pandas'
 * `sample` per class, shuffled by another generator: what somebody would do who has never seen this project.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { inRandomOrder, oversample, undersample } from '../lib/balancing/sampling.ts';
import { fastTextLine } from '../lib/corpus/formats.ts';
import type { Page } from '../lib/corpus/page.ts';
import { readLabelledFiles } from '../lib/evaluation/labelled-files.ts';
import { computeMetrics, type Metrics } from '../lib/evaluation/metrics.ts';
import { CorpusBuilder } from '../lib/fasttext/corpus.ts';
import { saveFastText } from '../lib/fasttext/model-file.ts';
import { LABEL_PREFIX } from '../lib/fasttext/tokens.ts';
import { trainClassifier } from '../lib/fasttext/training.ts';
import { createRandom } from '../lib/random/random.ts';
import { settingsSchema } from '../lib/settings/settings.ts';

const {
  classifier: { kind: _kind, C: _c, thread: _thread, ...settings },
  columns,
} = settingsSchema.parse({ source: 'none', columns: { label: 'label' } });
const run = promisify(execFile);

const { values: flags } = parseArgs({
  options: {
    train: { type: 'string' },
    test: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    'file-order': { type: 'boolean', default: false },
  },
});
const inFileOrder: typeof inRandomOrder = (labels) => Int32Array.from(labels.keys());
const methods = { regular: flags['file-order'] ? inFileOrder : inRandomOrder, undersample, oversample };
if (!flags.train || !flags.test) throw new Error('Give --train and --test.');
const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
try {
  const [train, test] = (await readLabelledFiles([flags.train, flags.test], columns)) as [Page[], Page[]];
  await compare(train.map(fastTextLine), test.map(fastTextLine), Number(flags.seeds), flags['file-order']);
} finally {
  await rm(folder, { recursive: true });
}

async function compare(train: string[], test: string[], seeds: number, fileOrder: boolean): Promise<void> {
  await writeFile(join(folder, 'test.txt'), `${test.join('\n')}\n`);
  const builder = new CorpusBuilder();
  for (const line of train) builder.addLine(line);
  const corpus = builder.build();
  const truth = test.map(labelOf);
  const classes = train.map(labelOf);
  console.log(
    'method       records  program     micro F1  macro F1  weighted F1  same model  seconds a training',
  );
  for (const [method, draw] of Object.entries(methods)) {
    const figures: Record<'ours' | 'C++', Metrics[]> = { ours: [], 'C++': [] };
    const seconds = { ours: 0, 'C++': 0 };
    let [same, records] = [0, 0];
    for (let seed = 42; seed < 42 + seeds; seed++) {
      const order = draw(classes, createRandom(seed, 'sampling', method));
      records = order.length;
      let start = performance.now();
      const model = await trainClassifier({ corpus, order, settings, seed });
      seconds.ours += (performance.now() - start) / 1000;
      figures.ours.push(
        computeMetrics(
          truth,
          test.map((line) => model.predict(line)[0]!.label),
        ),
      );
      await saveFastText(model, join(folder, 'ours.bin'));
      const theirs = fileOrder ? independentOrder(method, draw, classes, seed) : order;
      start = performance.now();
      const predicted = await trainAndPredict(
        Array.from(theirs, (record) => train[record]!),
        seed,
      );
      seconds['C++'] += (performance.now() - start) / 1000;
      figures['C++'].push(computeMetrics(truth, predicted));
      if ((await readFile(join(folder, 'ours.bin'))).equals(await readFile(join(folder, 'model.bin'))))
        same++;
    }
    print(method, records, figures, `${same}/${seeds}`, seconds, seeds);
  }
}

/** What the C++ program gets where it is not to be given our own draws. */
function independentOrder(
  method: string,
  draw: (typeof methods)['regular'],
  classes: readonly string[],
  seed: number,
): Int32Array {
  return method === 'regular'
    ? Int32Array.from(classes.keys())
    : draw(classes, createRandom(seed, 'independent', method));
}

async function trainAndPredict(lines: string[], seed: number): Promise<string[]> {
  await writeFile(join(folder, 'train.txt'), `${lines.join('\n')}\n`);
  const { dim, epoch, lr, lrUpdateRate, minn, maxn, minCount, ws, neg, t, loss } = settings;
  const named = {
    dim,
    epoch,
    lr,
    lrUpdateRate,
    minn,
    maxn,
    minCount,
    ws,
    neg,
    t,
    loss,
    seed,
    thread: 1,
    verbose: 0,
  };
  const args = Object.entries(named).flatMap(([name, value]) => [`-${name}`, String(value)]);
  await run('fasttext', ['supervised', '-input', 'train.txt', '-output', 'model', ...args], { cwd: folder });
  const { stdout } = await run('fasttext', ['predict', 'model.bin', 'test.txt'], {
    cwd: folder,
    maxBuffer: 2 ** 28,
  });
  return stdout.trimEnd().split('\n').map(labelOf);
}

function labelOf(line: string): string {
  return line.split(' ', 1)[0]!.slice(LABEL_PREFIX.length);
}

function print(
  method: string,
  records: number,
  figures: Record<'ours' | 'C++', Metrics[]>,
  same: string,
  seconds: Record<'ours' | 'C++', number>,
  seeds: number,
): void {
  const averages = ['microF1', 'macroF1', 'weightedF1'] as const;
  const means = (of: Metrics[]) =>
    averages.map((average) => of.reduce((sum, metrics) => sum + metrics[average], 0) / of.length);
  const row = (program: string, values: number[], rest: string) =>
    console.log(
      `${method.padEnd(12)} ${String(records).padStart(7)}  ${program.padEnd(10)} ${values.map((value) => value.toFixed(4).padStart(9)).join(' ')}${rest}`,
    );
  const [ours, theirs] = [means(figures.ours), means(figures['C++'])];
  row('ours', ours, `    ${same.padStart(10)}  ${(seconds.ours / seeds).toFixed(1).padStart(8)}`);
  row('C++', theirs, `    ${''.padStart(10)}  ${(seconds['C++'] / seeds).toFixed(1).padStart(8)}`);
  row(
    'difference',
    ours.map((value, index) => value - theirs[index]!),
    '',
  );
}
