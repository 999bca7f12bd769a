import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { type System, smallRun, stageProcesses, startSystem, survivorsOf, until } from './system.ts';

/** The files that fine-tuning keeps between attempts. */
const checkpoints = (store: string): string[] => {
  try {
    return readdirSync(join(store, 'scratch'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^fineTune-.*[/\\]/.test(name),
    );
  } catch {
    return [];
  }
};

describe('a worker that is killed in the middle of fine-tuning', function () {
  this.timeout(600_000);
  let undisturbed: System;
  let disturbed: System;
  before(async () => {
    [undisturbed, disturbed] = await Promise.all([startSystem(), startSystem()]);
  });
  after(() => Promise.all([undisturbed?.stop(), disturbed?.stop()]));

  it('leaves a checkpoint from which a new worker finishes the run with the same dataset', async () => {
    const run = (system: System) =>
      system.client.workflow.start('balanceDataset', {
        taskQueue: TASK_QUEUE,
        workflowId: 'run',
        args: [
          smallRun(system.source, {
            fineTune: { ...smallRun('').fineTune, epochs: 8, checkpointSeconds: 0 },
          }),
        ],
      });
    undisturbed.startWorker();
    const expected = (await (await run(undisturbed)).result()) as RunResult;

    const doomed = disturbed.startWorker();
    const handle = await run(disturbed);
    await until('a checkpoint of the fine-tuning', () => checkpoints(disturbed.store).length > 0);
    const stages = stageProcesses(doomed, 'fineTune');
    assert.ok(stages.length > 0, 'it is fine-tuning');
    doomed.kill('SIGKILL');
    await until('its stage processes to end with it', () => survivorsOf(stages).length === 0);
    assert.ok(checkpoints(disturbed.store).length > 0, 'the checkpoint outlives the worker');

    disturbed.startWorker();
    const result = (await handle.result()) as RunResult;
    assert.equal(result.dataset.digest, expected.dataset.digest);
    assert.deepEqual(result.methods, expected.methods);
  });
});
