/**
 * Fine-tuning a T5, against transformers on PyTorch: the same checkpoint of random weights, the same batches, the same
 * machine, one after the other in turns.
 *
 *     npx tsx bench/t5-training.ts --python /path/to/python [--shape base] [--steps 3] [--rounds 1] [--epoch-steps 4]
 *         [--cases float32,bfloat16,epoch,epoch-bfloat16,leak] [--leak-steps 2000] [--threads 2]
 *
 * Needs torch and transformers for that python (test/fixtures/t5/requirements.txt).
 *
 * float32, bfloat16   a step of batch 8 with 128 + 128 tokens; PyTorch in float32, and under autocast
 * epoch               texts of 20 to 128 tokens: ours as they are, the reference padded to 128 as the published method
 * leak                resident memory over many steps of the tiny model
 *
 * Wall and processor seconds are both printed. On a machine that is busy otherwise neither compares with two threads:
 * PyTorch's wait for each other and burn time. With --threads 1 the processor seconds do. The first step of a process,
 * in which memory is new, is left out of both.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createRandom } from '../lib/random/random.ts';
import { createModel, saveModel } from '../lib/t5/checkpoint/checkpoint.ts';
import type { Example } from '../lib/t5/objectives/example.ts';
import { SHAPES } from './t5-shapes.ts';
import { type Job, type Result, runJob } from './t5-training-job.ts';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    shape: { type: 'string', default: 'base' },
    steps: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '1' },
    'epoch-steps': { type: 'string', default: '4' },
    cases: { type: 'string', default: 'float32,bfloat16,epoch,epoch-bfloat16,leak' },
    'leak-steps': { type: 'string', default: '2000' },
    threads: { type: 'string', default: String(availableParallelism()) },
    job: { type: 'string' },
  },
});

const BATCH = 8;
const LONGEST = 128;
const SHORTEST = 20;
const run = promisify(execFile);
const random = createRandom(7, 'benchmark');

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 't5-training-'));
  const cases = flags.cases.split(',');
  console.log(
    `${cpus()[0]!.model}, ${availableParallelism()} cores, ${flags.threads} threads, shape ${flags.shape}`,
  );
  try {
    const checkpoint = await writeCheckpoint(join(folder, 'model'), flags.shape);
    const vocabulary = SHAPES[flags.shape]!.vocab_size as number;
    const full = batchesOf(Number(flags.steps), vocabulary, () => LONGEST);
    const real = batchesOf(
      Number(flags['epoch-steps']),
      vocabulary,
      () => SHORTEST + random.int(LONGEST - SHORTEST + 1),
    );
    const job = {
      checkpoint,
      padTo: null,
      dropout: 0.1,
      learningRate: 5e-5,
      threads: Number(flags.threads),
      profile: true,
    };
    const padded: Job = { ...job, batches: real, precision: 'float32', padTo: LONGEST };
    const jobs: Record<string, { ours: Job; theirs: Job }> = {
      float32: same({ ...job, batches: full, precision: 'float32' }),
      bfloat16: same({ ...job, batches: full, precision: 'bfloat16' }),
      epoch: { ours: { ...job, batches: real, precision: 'float32' }, theirs: padded },
      'epoch-bfloat16': { ours: { ...job, batches: real, precision: 'bfloat16' }, theirs: padded },
    };
    for (const name of cases) if (jobs[name]) await compareCase(folder, name, jobs[name]);
    if (cases.includes('leak')) await watchMemory(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const same = (job: Job) => ({ ours: job, theirs: job });

async function writeCheckpoint(folder: string, shape: string): Promise<string> {
  const model = await createModel(SHAPES[shape]!, 1);
  await saveModel(model, folder);
  model.dispose();
  return folder;
}

function batchesOf(steps: number, vocabulary: number, length: () => number): Example[][] {
  const sequence = () => [...Array.from({ length: length() - 1 }, () => 3 + random.int(vocabulary - 3)), 1];
  return Array.from({ length: steps }, () =>
    Array.from({ length: BATCH }, () => ({ input: sequence(), target: sequence() })),
  );
}

async function compareCase(
  folder: string,
  name: string,
  { ours, theirs }: { ours: Job; theirs: Job },
): Promise<void> {
  const file = join(folder, 'job.json');
  const found: { ours: Result[]; theirs: Result[] } = { ours: [], theirs: [] };
  for (let round = 0; round < Number(flags.rounds); round++) {
    found.theirs.push(await referenceOf(file, theirs, round));
    await writeFile(file, JSON.stringify(ours));
    found.ours.push(
      await resultOf(process.execPath, [...process.execArgv, import.meta.filename, '--job', file]),
    );
  }
  const row = (who: string, results: Result[]) => {
    const wall = median(results.flatMap(({ seconds }) => seconds.slice(1)));
    const cpu = median(results.flatMap(({ cpuSeconds }) => cpuSeconds.slice(1)));
    const peak = Math.max(...results.map(({ peakBytes }) => peakBytes)) / 1e9;
    console.log(
      `  ${who.padEnd(13)} ${wall.toFixed(2)} s a step, ${cpu.toFixed(2)} processor s, peak ${peak.toFixed(2)} GB, first loss ${results[0]!.losses[0]!.toFixed(4)}`,
    );
    return { wall, cpu, peak };
  };
  console.log(`\n${name}`);
  const reference = row('transformers', found.theirs);
  const here = row('counterpoise', found.ours);
  console.log(
    `  ratio         ${(reference.wall / here.wall).toFixed(2)}x in wall time, ${(reference.cpu / here.cpu).toFixed(2)}x in processor time; memory ${(here.peak / reference.peak).toFixed(2)}x`,
  );
  const { gemmSeconds, gemmRate, profile } = found.ours.at(-1)!;
  console.log(
    `  the step's matrix products alone: ${gemmSeconds!.toFixed(2)} processor s at ${gemmRate!.toFixed(0)} GFLOP a processor s, ${((100 * gemmSeconds!) / here.cpu).toFixed(0)} % of a step`,
  );
  const total = Object.values(profile!).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(profile!).map(
    ([part, time]) => `${part} ${((100 * time) / total).toFixed(1)} %`,
  );
  console.log(`  where the last step's time goes: ${parts.join(', ')}`);
}

/** Two cases may have one reference, which is then run once a round. */
const references = new Map<string, Result>();

async function referenceOf(file: string, job: Job, round: number): Promise<Result> {
  const content = JSON.stringify(job);
  const known = references.get(`${round} ${content}`);
  if (known) return known;
  await writeFile(file, content);
  const result = await resultOf(flags.python, [join(import.meta.dirname, 't5_training.py'), file]);
  references.set(`${round} ${content}`, result);
  return result;
}

async function resultOf(program: string, parameters: string[]): Promise<Result> {
  const { stdout } = await run(program, parameters, {
    maxBuffer: 2 ** 26,
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: flags.threads },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Result;
}

async function watchMemory(folder: string): Promise<void> {
  const steps = Number(flags['leak-steps']);
  const checkpoint = await writeCheckpoint(join(folder, 'tiny'), 'tiny');
  const batches = batchesOf(steps, 3072, () => SHORTEST + random.int(44));
  const job: Job = {
    checkpoint,
    batches,
    padTo: null,
    precision: 'float32',
    dropout: 0.1,
    learningRate: 1e-4,
    threads: 2,
    profile: false,
  };
  const resident: number[] = [];
  await runJob(job, () => resident.push(process.memoryUsage.rss() / 1e6));
  const at = (share: number) => resident[Math.min(steps - 1, Math.floor(steps * share))]!.toFixed(0);
  console.log(
    `\nleak: resident MB after 10 %, 25 %, 50 %, 100 % of ${steps} steps: ${[0.1, 0.25, 0.5, 1].map(at).join(', ')}`,
  );
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

if (flags.job)
  console.log(JSON.stringify(await runJob(JSON.parse(await readFile(flags.job, 'utf8')) as Job)));
else await compare();
