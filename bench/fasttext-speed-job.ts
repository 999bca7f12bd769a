/** The measurements of bench/fasttext-speed.ts, which compiles and runs this file and says what the flags are. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { writeLines } from '../lib/corpus/line-file.ts';
import { readFastTextCorpus } from '../lib/fasttext/files.ts';
import { trainClassifier } from '../lib/fasttext/training.ts';
import { settingsSchema } from '../lib/settings/settings.ts';
import { zipfLines } from './zipf-corpus.ts';

const run = promisify(execFile);
/** So few that a training ends at its first record; the C++ program, which takes whole numbers, gets 0. */
const NO_EPOCH = 1e-9;
/** Of a made-up record. */
const WORDS = 300;

const { values: flags } = parseArgs({
  options: {
    train: { type: 'string' },
    zipf: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    long: { type: 'string', default: '100' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
if (!flags.train && !flags.zipf) throw new Error('Give --train or --zipf.');
const changed = Object.fromEntries(
  flags.set.map((assignment) => {
    const [name, value] = assignment.split('=') as [string, string];
    return [name, Number.isNaN(Number(value)) ? value : Number(value)];
  }),
);
const {
  kind: _kind,
  C: _c,
  thread: _thread,
  ...settings
} = settingsSchema.parse({ source: 'none', classifier: changed }).classifier;
const threads = Number(flags.threads);
const folder = await mkdtemp(join(tmpdir(), 'speed-'));
const file = flags.train ?? join(folder, 'zipf.txt');

try {
  if (!flags.train) await writeLines(file, zipfLines(Number(flags.zipf), WORDS));
  const corpus = await readFastTextCorpus(file);
  console.log(
    `${corpus.tokens.length} tokens, ${settings.epoch} epochs, dim ${settings.dim}, ${threads} threads`,
  );
  /** Millions of words a second. */
  const measure = async (train: (epoch: number) => Promise<number>, epoch = settings.epoch) =>
    (corpus.tokens.length * epoch) / ((await train(epoch)) - (await train(NO_EPOCH))) / 1e6;
  const ours = (count: number) => (epoch: number) =>
    timeHere(() => trainClassifier({ corpus, settings: { ...settings, epoch }, seed: 0, threads: count }));
  const [ratios, scalings, longScalings]: [number[], number[], number[]] = [[], [], []];
  await ours(1)(1);
  for (let round = 0; round < Number(flags.rounds); round++) {
    const [here, there] = [await measure(ours(threads)), await measure(timeProgram)];
    ratios.push(here / there);
    console.log(
      `ours ${here.toFixed(2)}   C++ ${there.toFixed(2)} M words/s   ratio ${(here / there).toFixed(2)}`,
    );
    if (threads === 1) continue;
    scalings.push(here / (await measure(ours(1))));
    const epochs = Number(flags.long);
    const long = await measure(ours(threads), epochs);
    longScalings.push(long / (await measure(ours(1), epochs)));
    console.log(
      `   ${scalings.at(-1)!.toFixed(2)} times one thread; ${epochs} epochs: ${long.toFixed(2)} M words/s, ${longScalings.at(-1)!.toFixed(2)} times`,
    );
  }
  console.log(`median ratio ${median(ratios).toFixed(2)}`);
  if (threads > 1)
    console.log(`median scaling ${median(scalings).toFixed(2)}, long ${median(longScalings).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true });
}

/** Seconds of processor time that work takes in this process, or of the clock where it has several threads. */
async function timeHere(work: () => Promise<unknown>): Promise<number> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return threads > 1 ? (performance.now() - start) / 1e3 : (user + system) / 1e6;
}

/** The same of the C++ program, as the shell counts it. */
async function timeProgram(epoch: number): Promise<number> {
  const named = { ...settings, epoch: Math.floor(epoch), thread: threads, verbose: 0 };
  const args = Object.entries(named).flatMap(([name, value]) => [`-${name}`, String(value)]);
  const command = ['fasttext', 'supervised', '-input', file, '-output', join(folder, 'model'), ...args];
  const { stderr } = await run('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', ...command]);
  const [real, user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number) as [
    number,
    number,
    number,
  ];
  return threads > 1 ? real : user + system;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
