/**
 * How fast does our fastText train, beside the C++ program? Both train on the same file with the same settings, in
 * turns, each training in a process of its own; printed are words per second of processor time, which other load on the
 * machine does not count in, and the median of the ratios.
 *
 *     npx tsx bench/fasttext-speed.ts --train train.txt [--rounds 5] [--set epoch=5 --set loss=ova]
 *     npx tsx bench/fasttext-speed.ts --zipf 60000 [--set epoch=4]
 *
 * `--zipf` makes up so many records of 300 words in the place of a file.
 *
 * Needs `fasttext` 0.9.2 on PATH; the file is in fastText's format. What is done once, whatever the epochs (reading,
 * the dictionary, start weights, writing), is measured by a training without epochs and subtracted from all.
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
const folder = await mkdtemp(join(tmpdir(), 'speed-'));
const file = flags.train ?? join(folder, 'zipf.txt');

try {
  await compileScripts();
  if (!flags.train) await writeLines(file, zipfLines(Number(flags.zipf), WORDS));
  const words = (await readFastTextCorpus(file)).tokens.length;
  console.log(`${words} tokens, ${settings.epoch} epochs, dim ${settings.dim}`);
  /** Millions of words a second. */
  const measure = async (train: (epoch: number) => Promise<number>) =>
    (words * settings.epoch) / ((await train(settings.epoch)) - (await train(NO_EPOCH))) / 1e6;
  const ratios: number[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) {
    const [here, there] = [await measure(timeOurs), await measure(timeProgram)];
    ratios.push(here / there);
    console.log(
      `ours ${here.toFixed(2)}   C++ ${there.toFixed(2)} M words/s   ratio ${(here / there).toFixed(2)}`,
    );
  }
  console.log(`median ratio ${median(ratios).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true });
}

/** Seconds of processor time that a training takes in a new process. */
async function timeOurs(epoch: number): Promise<number> {
  const script = compiledScript('fasttext-speed-training');
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify({ ...settings, epoch })]);
  return Number(stdout);
}

/** The same of the C++ program, as the shell counts it. */
async function timeProgram(epoch: number): Promise<number> {
  const named = { ...settings, epoch: Math.floor(epoch), thread: 1, verbose: 0 };
  const args = Object.entries(named).flatMap(([name, value]) => [`-${name}`, String(value)]);
  const command = ['fasttext', 'supervised', '-input', file, '-output', join(folder, 'model'), ...args];
  const { stderr } = await run('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...command]);
  const [user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number];
  return user + system;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
