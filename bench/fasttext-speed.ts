/**
 * How fast does our fastText train, beside the C++ program? Both train on the same file with the same settings, in
 * turns, each training in a process of its own; printed are words per second of processor time, which other load on the
 * machine does not count in, and the median of the ratios.
 *
 *     npx tsx bench/fasttext-speed.ts --train train.txt [--rounds 5] [--set epoch=5 --set loss=ova]
 *     npx tsx bench/fasttext-speed.ts --train train.txt --threads 2 [--long 100]
 *     npx tsx bench/fasttext-speed.ts --zipf 60000 --threads 2 [--long 4]
 *
 * With more than one thread the seconds are those of the clock, and the machine must be quiet. Beside the epochs of the
 * settings `--long` epochs are measured.
 *
 * `--zipf` makes up so many records of 300 words in the place of a file.
 *
 * Needs `fasttext` 0.9.2 on PATH; the file is in fastText's format. What is done once, whatever the epochs (reading,
 * the dictionary, start weights, starting threads, writing), is measured by a training without epochs and subtracted
 * from all.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { writeLines } from '../lib/corpus/line-file.ts';
import { readFastTextCorpus } from '../lib/fasttext/files.ts';
import { settingsSchema } from '../lib/settings/settings.ts';
import { compiledScript, compileScripts } from './compiled.ts';
import type { Taken, Training } from './fasttext-speed-training.ts';
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
  await compileScripts();
  if (!flags.train) await writeLines(file, zipfLines(Number(flags.zipf), WORDS));
  const words = (await readFastTextCorpus(file)).tokens.length;
  console.log(`${words} tokens, ${settings.epoch} epochs, dim ${settings.dim}, ${threads} threads`);
  /** Millions of words a second. */
  const measure = async (train: (epoch: number) => Promise<number>, epoch = settings.epoch) =>
    (words * epoch) / ((await train(epoch)) - (await train(NO_EPOCH))) / 1e6;
  const [ratios, scalings, longScalings]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < Number(flags.rounds); round++) {
    const [here, there] = [await measure(ours(threads)), await measure(timeProgram)];
    ratios.push(here / there);
    console.log(
      `ours ${here.toFixed(2)}   C++ ${there.toFixed(2)} M words/s   ratio ${(here / there).toFixed(2)}`,
    );
    if (threads === 1) continue;
    const alone = await measure(ours(1));
    scalings.push(here / alone);
    const epochs = Number(flags.long);
    const long = await measure(ours(threads), epochs);
    const longAlone = await measure(ours(1), epochs);
    longScalings.push(long / longAlone);
    console.log(
      `   ${settings.epoch} epochs: ${alone.toFixed(2)} with one thread, ${scalings.at(-1)!.toFixed(2)} times`,
      `  ${epochs} epochs: ${long.toFixed(2)} and ${longAlone.toFixed(2)}, ${longScalings.at(-1)!.toFixed(2)} times`,
    );
  }
  console.log(`median ratio ${median(ratios).toFixed(2)}`);
  if (threads > 1)
    console.log(`median scaling ${median(scalings).toFixed(2)}, long ${median(longScalings).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true });
}

/** Seconds of processor time that a training takes in a new process, or of the clock where threads are compared. */
function ours(count: number): (epoch: number) => Promise<number> {
  return async (epoch) => {
    const training: Training = { settings: { ...settings, epoch }, threads: count };
    const script = compiledScript('fasttext-speed-training');
    const { stdout } = await run(process.execPath, [script, file, JSON.stringify(training)]);
    const taken = JSON.parse(stdout) as Taken;
    return threads > 1 ? taken.seconds : taken.cpuSeconds;
  };
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
