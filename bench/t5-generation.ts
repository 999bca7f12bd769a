/**
 * Generation with a T5, against transformers on PyTorch and CTranslate2: the same checkpoint of random weights, the same
 * prompts, the same machine, one process after the other in turns.
 *
 *     npx tsx bench/t5-generation.ts --python /path/to/python [--ctranslate2 /path/to/python] [--rounds 3]
 *         [--cases float32,bfloat16,long] [--shape base] [--max-length 65] [--long-length 301] [--threads 2]
 *         [--batches 2]
 *
 * Needs torch and transformers for the one python (test/fixtures/t5/requirements.txt), ctranslate2, torch and
 * transformers for the other.
 *
 * float32     16 prompts in a batch, 4 beams, 64 tokens: ids must be the same as the reference's
 * bfloat16    the same against `generate` in bfloat16 and CTranslate2 in int8, with all threads for one batch and with one
 *             for each
 * long        ours to 300 tokens: what a token costs then, compared with the first 64
 *
 * Seconds are those for a batch, of as many batches as there are threads or `--batches` says.
 * Wall and processor seconds are both printed: on a machine that is busy otherwise only the latter compare, and only
 * with one thread, because PyTorch's threads wait for each other by spinning.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createRandom } from '../lib/random/random.ts';
import { createModel, saveModel } from '../lib/t5/checkpoint/checkpoint.ts';
import { type GenerationJob, type GenerationResult, runGenerationJob } from './t5-generation-job.ts';
import { SHAPES } from './t5-shapes.ts';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    ctranslate2: { type: 'string' },
    shape: { type: 'string', default: 'base' },
    rounds: { type: 'string', default: '3' },
    repeats: { type: 'string', default: '1' },
    cases: { type: 'string', default: 'float32,bfloat16,long' },
    'max-length': { type: 'string', default: '65' },
    'long-length': { type: 'string', default: '301' },
    batches: { type: 'string', default: String(availableParallelism()) },
    threads: { type: 'string', default: String(availableParallelism()) },
    job: { type: 'string' },
  },
});

/** In a batch. */
const PROMPTS = 16;
const run = promisify(execFile);
const random = createRandom(7, 'benchmark');

async function compare(): Promise<void> {
  console.log(
    `${cpus()[0]!.model}, ${flags.threads} threads, ${flags.batches} batches, shape ${flags.shape}`,
  );
  const folder = join(tmpdir(), `t5-generation-${flags.shape}`);
  const checkpoint = await ensureCheckpoint(join(folder, 'model'));
  const vocabulary = SHAPES[flags.shape]!.vocab_size as number;
  const batches = Array.from({ length: Number(flags.batches) }, () =>
    Array.from({ length: PROMPTS }, () => [
      ...Array.from({ length: 12 + random.int(52) }, () => 3 + random.int(vocabulary - 103)),
      1,
    ]),
  );
  const length = Number(flags['max-length']);
  const job: GenerationJob = {
    checkpoint,
    engine: 'counterpoise',
    precision: 'float32',
    batches,
    numBeams: 4,
    noRepeatNgramSize: 2,
    minLength: length,
    maxLength: length,
    threads: Number(flags.threads),
    repeats: Number(flags.repeats),
  };
  const cases = flags.cases.split(',');
  if (cases.includes('float32')) await compareCase([job, { ...job, engine: 'transformers' }]);
  if (cases.includes('bfloat16')) {
    const reduced: GenerationJob = { ...job, precision: 'bfloat16' };
    const converted = flags.ctranslate2 && (await ensureConverted(checkpoint, join(folder, 'ctranslate2')));
    const int8 = { ...job, engine: 'ctranslate2' as const, precision: 'int8' as const };
    await compareCase([
      reduced,
      { ...reduced, engine: 'transformers' },
      ...(converted
        ? [false, true].map((threadForBatch) => ({ ...int8, checkpoint: converted, threadForBatch }))
        : []),
    ]);
  }
  const longest = Number(flags['long-length']);
  if (cases.includes('long'))
    await measureLong({
      ...job,
      batches: batches.slice(0, 1),
      minLength: longest,
      maxLength: longest,
      repeats: 0,
    });
}

/** Runs the jobs in turns and prints medians; the others' are divided by those of the first. */
async function compareCase(jobs: GenerationJob[]): Promise<void> {
  const results: GenerationResult[][] = jobs.map(() => []);
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [index, job] of jobs.entries()) results[index]!.push(await runInProcess(job));
  const [ours] = results as [GenerationResult[]];
  for (const [index, job] of jobs.entries()) {
    const mine = results[index]!;
    const figures: [string, (result: GenerationResult) => number, string][] = [
      ['wall', ({ seconds }) => median(seconds), 's'],
      ['cpu', ({ cpuSeconds }) => median(cpuSeconds), 's'],
      ['load', ({ loadSeconds }) => loadSeconds, 's'],
      ['peak', ({ peakBytes }) => peakBytes / 2 ** 20, 'MiB'],
    ];
    const text = figures.map(([name, of, unit]) => {
      const value = median(mine.map(of));
      const ratio = index > 0 ? ` (${(value / median(ours.map(of))).toFixed(2)}x)` : '';
      return `${name} ${value.toFixed(2)} ${unit}${ratio}`;
    });
    const how = job.threadForBatch ? ', a thread for each batch' : '';
    console.log(`${job.engine} ${job.precision}${how}: ${text.join(', ')}`);
    if (index > 0)
      console.log(
        `  ${sameIds(ours[0]!.ids, mine[0]!.ids)} of ${job.batches.flat().length} prompts with the same ids`,
      );
  }
  printProfile(ours.at(-1)!);
}

async function measureLong(job: GenerationJob): Promise<void> {
  const results: GenerationResult[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) results.push(await runInProcess(job));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const costs = results.map(({ steps }) => ({
    first: mean(steps!.slice(0, 64)),
    all: mean(steps!),
    last: mean(steps!.slice(-64)),
  }));
  const of = (key: 'first' | 'all' | 'last') => median(costs.map((cost) => cost[key]));
  const ratio = (key: 'all' | 'last') => median(costs.map((cost) => cost[key] / cost.first));
  console.log(
    `${job.maxLength - 1} tokens: ${of('first').toFixed(1)} ms of processor time a step in the first 64, ${of('all').toFixed(1)} on average (${ratio('all').toFixed(2)}x), ${of('last').toFixed(1)} in the last 64 (${ratio('last').toFixed(2)}x)`,
  );
  printProfile(results.at(-1)!);
}

function printProfile({ profile, gemmSeconds }: GenerationResult): void {
  if (!profile || !gemmSeconds) return;
  const total = Object.values(profile).reduce((sum, value) => sum + value, 0);
  const shares = Object.entries(profile).sort(([, a], [, b]) => b - a);
  console.log(
    `  ${shares.map(([name, value]) => `${name} ${((100 * value) / total).toFixed(0)} %`).join(', ')}`,
  );
  const share = (100 * gemmSeconds) / total;
  console.log(
    `  the matrix products alone take ${gemmSeconds.toFixed(2)} s: ${share.toFixed(0)} % of the whole`,
  );
}

const sameIds = (a: number[][], b: number[][]) => a.filter((ids, index) => `${ids}` === `${b[index]}`).length;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function runInProcess(job: GenerationJob): Promise<GenerationResult> {
  const folder = await mkdtemp(join(tmpdir(), 't5-generation-job-'));
  try {
    const file = join(folder, 'job.json');
    await writeFile(file, JSON.stringify(job));
    const python = job.engine === 'ctranslate2' ? flags.ctranslate2! : flags.python;
    const ours = [...process.execArgv, import.meta.filename, '--job', file];
    const [command, args] =
      job.engine === 'counterpoise'
        ? [process.execPath, ours]
        : [python, [join(import.meta.dirname, 't5_generation.py'), file]];
    const threads = String(job.threads);
    const env = { ...process.env, OMP_NUM_THREADS: threads, TF_NUM_INTRAOP_THREADS: threads };
    const { stdout } = await run(command, args, { env, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as GenerationResult;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ensureCheckpoint(folder: string): Promise<string> {
  if (await stat(folder).catch(() => undefined)) return folder;
  const model = await createModel(SHAPES[flags.shape]!, 1);
  await saveModel(model, `${folder}.partial`);
  await rename(`${folder}.partial`, folder);
  model.dispose();
  return folder;
}

/** CTranslate2 wants a vocabulary of tokens: t3, t4, … will do. */
async function ensureConverted(checkpoint: string, folder: string): Promise<string> {
  if (await stat(folder).catch(() => undefined)) return folder;
  const script = join(import.meta.dirname, 't5_to_ctranslate2.py');
  await run(flags.ctranslate2!, [script, checkpoint, `${folder}.partial`]);
  await rename(`${folder}.partial`, folder);
  return folder;
}

if (flags.job) {
  const job = JSON.parse(await readFile(flags.job, 'utf8')) as GenerationJob;
  console.log(JSON.stringify(await runGenerationJob(job)));
} else await compare();
