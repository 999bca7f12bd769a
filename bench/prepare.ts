/**
 * The pace and the memory of the prepare stage, on rows of the demo generator (the shape and the dirt of the published
 * method's). Every measured run is a process of its own, with an artifact store of its own.
 *
 *     npx tsx bench/prepare.ts speed --mb 200 --rounds 3 --python /path/to/python   # against pandas, re, langdetect
 *     npx tsx bench/prepare.ts again --mb 200                                       # second runs
 *     npx tsx bench/prepare.ts memory --mb 200,2000,5000
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
import { referToFile } from '../lib/artifacts/digest.ts';
import { FolderStore } from '../lib/artifacts/folder-store.ts';
import { writeDemoCorpus } from '../lib/corpus/demo/demo-corpus.ts';
import { splitLines } from '../lib/corpus/lines.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import { prepareSettings } from '../lib/settings/prepare-settings.ts';
import { prepare } from '../lib/stages/prepare.ts';
import { runStage } from '../lib/stages/run-stage.ts';

interface Measured {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
  rows: number;
  cached: boolean;
}

/** Pages that the generator makes at once; it holds them in memory. */
const PAGES_AT_ONCE = 25_000;
/** As in the published method a fifth of the rows is kept: the rare classes and some of the frequent ones. */
const RARE = [
  'capital markets',
  'luxury goods and jewelry',
  'alternative medicine',
  'glass/ceramics/concrete',
  'wireless',
];
const CLASSES = { include: ['retail', ...RARE], rare: RARE };
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
const [command, ...operands] = positionals;
const folder = await mkdtemp(join(tmpdir(), 'counterpoise-bench-'));
try {
  if (command === 'stage') console.log(JSON.stringify(await measureStage(operands[0]!, operands[1]!)));
  else if (command === 'speed') await compareSpeed(Number(flags.mb), Number(flags.rounds));
  else if (command === 'again') await compareSecondRuns(Number(flags.mb));
  else if (command === 'memory') await compareMemory(flags.mb.split(',').map(Number));
  else console.error('speed, again or memory');
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Runs the stage in this process. */
async function measureStage(source: string, store: string): Promise<Measured> {
  const settings = parseSettings({ source, classes: CLASSES });
  const reference = await referToFile(source);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const stage = await runStage(new FolderStore(store), prepare, {
    sources: [reference],
    ...prepareSettings(settings),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(before);
  const preparation = JSON.parse(
    await readFile(fileURLToPath(stage.files['preparation.json']!.uri), 'utf8'),
  ) as { read: number };
  return {
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    rows: preparation.read,
    cached: stage.cached,
  };
}

async function stageProcess(source: string, store: string): Promise<Measured> {
  const script = fileURLToPath(import.meta.url);
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, 'stage', source, store]);
  return JSON.parse(stdout) as Measured;
}

async function compareSpeed(megabytes: number, rounds: number): Promise<void> {
  const source = await generate('source.csv', megabytes);
  const bytes = (await stat(source)).size;
  const few = join(folder, 'few.csv');
  await writeFile(few, await firstLines(source, Number(flags['python-rows']) + 1));
  for (let round = 1; round <= rounds; round++) {
    const store = await mkdtemp(join(folder, 'store-'));
    const ours = await stageProcess(source, store);
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
  const first = await stageProcess(source, store);
  const unchanged = await stageProcess(source, store);
  const changedSource = join(folder, 'changed.csv');
  await changeRows(source, changedSource);
  const changed = await stageProcess(changedSource, store);
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
    const { peakMegabytes, seconds, cpuSeconds, rows } = await stageProcess(source, store);
    console.log(
      `${size} MB, ${rows} rows: peak ${peakMegabytes} MB; ${show(seconds)} s, ${show(size / cpuSeconds)} MB per processor second`,
    );
    await rm(store, { recursive: true });
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
