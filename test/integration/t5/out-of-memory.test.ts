import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { isOutOfMemory } from '../../../lib/t5/training/errors.ts';
import type { TrainingStep } from '../../../lib/t5/training/train.ts';

const PROGRAM = join(import.meta.dirname, 'cramped-training-process.ts');
const FIXTURE = join(import.meta.dirname, '../../fixtures/t5/relu');
const BATCH = 64;

const run = promisify(execFile);

/** @param bytes that the process may take once it trains; without a number, as many as it likes */
async function steps(bytes?: number): Promise<TrainingStep[]> {
  const { stdout } = await run(
    process.execPath,
    // With the trap handler WebAssembly, which tsx uses, reserves more addresses than the limit leaves.
    [
      '--disable-wasm-trap-handler',
      '--import',
      'tsx',
      PROGRAM,
      ...(bytes === undefined ? [] : [String(bytes)]),
    ],
    { env: { ...process.env, TF_NUM_INTRAOP_THREADS: '2' } },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingStep);
}

/** Where V8 is the one that finds no memory the process dies, at limits that differ between versions of Node: then another one. */
async function crampedSteps(): Promise<TrainingStep[]> {
  for (const bytes of [600e6, 640e6, 620e6, 660e6, 580e6, 680e6]) {
    const cramped = await steps(bytes).catch(() => []);
    if (cramped.some(({ partSize }) => partSize !== undefined)) return cramped;
  }
  return [];
}

const hasLimits = await run('prlimit', ['--version']).then(
  () => true,
  () => false,
);

describe('a training that runs out of memory', () => {
  it('goes on with smaller parts of the same batches, says so, and learns what one with enough of it does', async function () {
    if (!hasLimits) this.skip();
    this.timeout(300_000); // two processes; TensorFlow waits ten seconds for memory before it gives up
    const free = await steps();
    const cramped = await crampedSteps();
    assert.deepEqual(
      free.map(({ partSize }) => partSize),
      free.map(() => undefined),
    );
    assert.ok(cramped.every(({ partSize }) => partSize !== undefined && partSize < BATCH));
    assert.equal(cramped.length, free.length);
    for (const [index, { loss, tokens, step }] of free.entries()) {
      assert.equal(cramped[index]!.tokens, tokens);
      const ratio = cramped[index]!.loss / loss;
      assert.ok(Math.abs(ratio - 1) < 1e-4, `step ${step}: ${cramped[index]!.loss}, not ${loss}`);
    }
    assert.ok(free.at(-1)!.loss < 0.9 * free[0]!.loss);
  });

  it("knows TensorFlow's failure to allocate", async function () {
    this.timeout(120_000); // the same ten seconds
    const model = await loadModel(FIXTURE);
    const { ops } = model;
    const long = ops.floats([2 ** 21, 1], new Float32Array(2 ** 21));
    const short = ops.floats([3, 1], new Float32Array(3));
    assert.throws(() => ops.matMul(long, long, false, true), isOutOfMemory); // 16 TB
    assert.throws(
      () => ops.matMul(long, short),
      (error) => !isOutOfMemory(error),
    );
    model.dispose();
  });
});
