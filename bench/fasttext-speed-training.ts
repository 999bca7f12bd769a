/**
 * One training in a process of its own, for bench/fasttext-speed.ts, which compiles this file: a process that has trained
 * before is warmer than the one a user starts.
 *
 *     node fasttext-speed-training.js FILE SETTINGS   # in JSON; prints the seconds of processor time
 */
import { readFastTextCorpus } from '../lib/fasttext/files.ts';
import { trainClassifier } from '../lib/fasttext/training.ts';
import type { FastTextSettings } from '../lib/settings/settings.ts';

const [file, json] = process.argv.slice(2) as [string, string];
const settings = JSON.parse(json) as FastTextSettings;
const corpus = await readFastTextCorpus(file);
const before = process.cpuUsage();
await trainClassifier({ corpus, settings, seed: 0 });
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1e6);
