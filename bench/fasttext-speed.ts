/**
 * How fast does our fastText train, beside the C++ program? Both train on the same file with the same settings, in
 * turns; printed are words per second of processor time, which other load on the machine does not count in, and the
 * median of the ratios.
 *
 *     npx tsx bench/fasttext-speed.ts --train train.txt [--rounds 5] [--set epoch=5 --set loss=ova]
 *     npx tsx bench/fasttext-speed.ts --train train.txt --threads 2 [--long 100]
 *     npx tsx bench/fasttext-speed.ts --zipf 60000 --threads 2 [--long 4]
 *
 * With more than one thread the seconds are those of the clock, and the machine must be quiet. Beside the epochs of the
 * settings `--long` epochs are measured: a short training is over before new threads are as warm as the one that the
 * training with one thread runs in, which has done all of this before.
 *
 * `--zipf` makes up so many records of 300 words in the place of a file.
 *
 * Needs `fasttext` 0.9.2 on PATH; the file is in fastText's format. What is done once, whatever the epochs (reading,
 * the dictionary, start weights, starting threads, writing), is measured by a training without epochs and subtracted
 * from all.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiledScript, compileScripts } from './compiled.ts';

await compileScripts();
const job = spawn(process.execPath, [compiledScript('fasttext-speed-job'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
[process.exitCode] = (await once(job, 'exit')) as [number];
