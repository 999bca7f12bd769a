/**
 * One training in a process of its own, for bench/fasttext-speed.ts, which compiles this file: a process that has trained
 * before is warmer than the one a user starts.
 *
 *     node fasttext-speed-training.js FILE OPTIONS   # OPTIONS: a `Training` in JSON; prints a `Taken`
 */
import { readFastTextCorpus } from '../lib/fasttext/files.ts';
import { trainClassifier } from '../lib/fasttext/training.ts';
import type { FastTextSettings } from '../lib/settings/settings.ts';

export interface Training {
  settings: FastTextSettings;
  threads: number;
}

export interface Taken {
  /** By the clock. */
  seconds: number;
  cpuSeconds: number;
}

const [file, training] = process.argv.slice(2) as [string, string];
const { settings, threads } = JSON.parse(training) as Training;
const corpus = await readFastTextCorpus(file);
const [start, before] = [performance.now(), process.cpuUsage()];
await trainClassifier({ corpus, isCorpusSpent: true, settings, seed: 0, threads });
const { user, system } = process.cpuUsage(before);
const taken: Taken = { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
console.log(JSON.stringify(taken));
