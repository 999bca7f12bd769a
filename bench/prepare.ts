/**
 * The pace and the memory of the prepare stage, on rows of the demo generator (the shape and the dirt of the published
 * method's). Every measured run is a process of its own, with an artifact store of its own.
 *
 *     npx tsx bench/prepare.ts speed --mb 200 --rounds 3 --python /path/to/python   # against pandas, re, langdetect
 *     npx tsx bench/prepare.ts again --mb 200                                       # second runs
 *     npx tsx bench/prepare.ts memory --mb 200,2000,5000                            # 15 GB of disk for the last
 *     npx tsx bench/prepare.ts cancel --mb 400                                      # how fast it stops
 *
 * The stage is compiled first, as the published package is.
 *
 * `speed` runs the stage and bench/prepare-reference.py in turn, the latter on the first `--python-rows` rows (default
 * 5,000), and compares rows per second, by the clock and by processor time: on a machine that others use too only the
 * latter means something. Python needs `pip install pandas langdetect`.
 */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { writeDemoCorpus } from '../client/demo-corpus/demo-corpus.ts';
import { splitLines } from '../lib/corpus/lines.ts';
import { compiledScript, compileScripts } from './compiled.ts';
import type { Cancelled, Measured } from './prepare-stage.ts';

/** Pages that the generator makes at once; it holds them in memory. */
const PAGES_AT_ONCE = 25_000;
const run = promisify(execFile);
const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    mb: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    'python-rows': { type: 'string', default: '5000' },
  },
});
const [command] = positionals;
const folder = await mkdtemp(join(tmpdir(), 'counterpoise-bench-'));
try {
  await compileScripts();
  if (command === 'speed') await compareSpeed(Number(flags.mb), Number(flags.rounds));
  else if (command === 'again') await compareSecondRuns(Number(flags.mb));
  else if (command === 'memory') await compareMemory(flags.mb.split(',').map(Number));
  else if (command === 'cancel') await showCancelling(Number(flags.mb));
  else console.error('speed, again, memory or cancel');
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Runs the stage in a process of its own; gives back the lines it prints. */
async function stageProcess(what: 'measure' | 'cancel', source: string, store: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [compiledScript('prepare-stage'), what, source, store]);
  return stdout.trim().split('\n');
}

async function measureStage(source: string, store: string): Promise<Measured> {
  const [line] = await stageProcess('measure', source, store);
  return JSON.parse(line!) as Measured;
}

async function compareSpeed(megabytes: number, rounds: number): Promise<void> {
  const source = await generate('source.csv', megabytes);
  const bytes = (await stat(source)).size;
  const few = join(folder, 'few.csv');
  await writeFile(few, await firstLines(source, Number(flags['python-rows']) + 1));
  for (let round = 1; round <= rounds; round++) {
    const store = await mkdtemp(join(folder, 'store-'));
    const ours = await measureStage(source, store);
    await rm(store, { recursive: true });
    const theirs = await pythonProcess(few);
    const pace = (rows: number, seconds: number) => rows / seconds;
    console.log(
      [
        `round ${round}: ${ours.rows} rows, ${show(ours.seconds)} s, ${show(bytes / 1e6 / ours.seconds)} MB/s`,
        `${show(bytes / 1e6 / ours.cpuSeconds)} MB per processor second`,
        `peak ${ours.peakMegabytes} MB`,
        `Python ${show(pace(theirs.rows, theirs.seconds))} rows/s, ${show(pace(theirs.rows, theirs.cpuSeconds))} per processor second`,
        `ratio ${show(pace(ours.rows, ours.seconds) / pace(theirs.rows, theirs.seconds))} by the clock`,
        `${show(pace(ours.rows, ours.cpuSeconds) / pace(theirs.rows, theirs.cpuSeconds))} by processor time`,
      ].join('; '),
    );
  }
}

async function pythonProcess(source: string) {
  const script = fileURLToPath(new URL('prepare-reference.py', import.meta.url));
  const measure = `import resource, runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0]); used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_utime + used.ru_stime)`;
  const startedAt = performance.now();
  const { stdout } = await run(flags.python, ['-c', measure, script, source, folder]);
  return {
    rows: Number(flags['python-rows']),
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: Number(stdout.trim().split('\n').at(-1)),
  };
}

async function compareSecondRuns(megabytes: number): Promise<void> {
  const source = await generate('source.csv', megabytes);
  const store = join(folder, 'store');
  const first = await measureStage(source, store);
  const unchanged = await measureStage(source, store);
  const changedSource = join(folder, 'changed.csv');
  await changeRows(source, changedSource);
  const changed = await measureStage(changedSource, store);
  const times = (other: Measured) =>
    `${show(first.seconds / other.seconds)} x by the clock, ${show(first.cpuSeconds / other.cpuSeconds)} x by processor time`;
  console.log(
    `first: ${show(first.seconds)} s, ${show(first.cpuSeconds)} processor seconds, ${first.rows} rows`,
  );
  console.log(
    `nothing changed (cached: ${unchanged.cached}): ${show(unchanged.seconds)} s: ${times(unchanged)}`,
  );
  console.log(`1 % of rows changed: ${show(changed.seconds)} s: ${times(changed)}`);
}

async function compareMemory(sizes: number[]): Promise<void> {
  for (const size of sizes) {
    const source = await generate('source.csv', size);
    const store = await mkdtemp(join(folder, 'store-'));
    const { peakMegabytes, seconds, cpuSeconds, rows } = await measureStage(source, store);
    console.log(
      `${size} MB, ${rows} rows: peak ${peakMegabytes} MB; ${show(seconds)} s, ${show(size / cpuSeconds)} MB per processor second`,
    );
    await rm(store, { recursive: true });
    await rm(source);
  }
}

async function showCancelling(megabytes: number): Promise<void> {
  const source = await generate('source.csv', megabytes);
  for (const line of await stageProcess('cancel', source, join(folder, 'store'))) {
    const { moment, milliseconds, left } = JSON.parse(line) as Cancelled;
    console.log(`${moment}: ${milliseconds} ms to the end, ${left} files left`);
  }
}

/** A corpus of some size, from the generator's under as many seeds as it takes. */
async function generate(name: string, megabytes: number): Promise<string> {
  const path = join(folder, name);
  await rm(path, { force: true });
  const part = join(folder, 'part.csv');
  for (let seed = 1, bytes = 0; bytes < megabytes * 1e6; seed++) {
    await writeDemoCorpus(part, { seed, pages: PAGES_AT_ONCE });
    const text = (await readFile(part, 'utf8')).replaceAll(/^hp-/gm, `hp-${seed}-`);
    await appendFile(path, seed === 1 ? text : text.slice(text.indexOf('\n') + 1));
    bytes = (await stat(path)).size;
  }
  await rm(part);
  return path;
}

/** Copies a corpus with a word more in every hundredth row. */
async function changeRows(from: string, to: string): Promise<void> {
  let block = '';
  let row = 0;
  for await (const { text } of splitLines(createReadStream(from))) {
    block += row++ % 100 === 1 ? `${text.replace(/\. /, '. Today ')}\n` : `${text}\n`;
    if (block.length < 1e6) continue;
    await appendFile(to, block);
    block = '';
  }
  await appendFile(to, block);
}

async function firstLines(path: string, count: number): Promise<string> {
  const lines: string[] = [];
  for await (const { text } of splitLines(createReadStream(path))) {
    if (lines.push(text) === count) break;
  }
  return `${lines.join('\n')}\n`;
}

function show(value: number): string {
  return value.toPrecision(3);
}
