import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, 'training-process.ts');

/**
 * Runs the training until it ends, or until it has done this many steps here and is killed.
 * @returns the numbers of the steps that were done
 */
async function run(out: string, checkpoints: string, killAfter?: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, out, checkpoints], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const steps: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    steps.push(Number(line));
    if (steps.length === killAfter) child.kill('SIGKILL');
  }
  return steps;
}

describe('a training that is killed', () => {
  it('ends in the same bytes as one that is left alone, dropout and order of the examples included', async function () {
    this.timeout(300_000); // five processes, each of which loads TensorFlow
    const folder = temporaryFolder();
    const checkpoints = join(folder, 'checkpoints');
    await Promise.all([mkdir(checkpoints), mkdir(join(folder, 'unused'))]);
    await run(join(folder, 'undisturbed'), join(folder, 'unused'));

    const resumed = join(folder, 'resumed');
    const first: number[] = [];
    for (const killAfter of [1, 5, 9, undefined])
      first.push((await run(resumed, checkpoints, killAfter))[0]!);

    assert.ok(first.at(-1)! > 9, `the last process began with step ${first.at(-1)}: it did not resume`);
    const [expected, found] = await Promise.all(
      [join(folder, 'undisturbed'), resumed].map((out) => readFile(join(out, 'model.safetensors'))),
    );
    assert.ok(found!.equals(expected!));
  });
});
