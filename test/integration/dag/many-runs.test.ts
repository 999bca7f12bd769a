/** Many runs at once on one worker with two model slots. `RUNS` says how many (two by default). */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { RunInput } from '../../../lib/settings/settings.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { processes, type System, smallRun, stageProcesses, startSystem, until } from './system.ts';

const RUNS = Number(process.env.RUNS ?? 2);
/** As `startSystem` starts its workers. */
const MODEL_SLOTS = 2;
const MODEL_STAGES = '(pretrain|adapt|fineTune|generate)';

describe(`${RUNS} runs at once`, function () {
  this.timeout(300_000 + RUNS * 120_000);
  let system: System;
  before(async () => {
    system = await startSystem();
  });
  after(() => system?.stop());

  it('all end, with no more model processes than slots', async () => {
    const worker = system.startWorker(MODEL_SLOTS);
    const runs = Array.from({ length: RUNS }, (_, index) =>
      start(system, `run-${index + 1}`, { split: { seed: index + 2 } }),
    );
    const all = Promise.all(runs.map(async (handle) => (await handle).result() as Promise<RunResult>));
    const peaks = { modelProcesses: 0, megabytes: 0, workerMegabytes: 0 };
    for (let done = false; !done; ) {
      done = await Promise.race([all.then(() => true), setTimeout(500, false)]);
      const now = footprint(worker);
      for (const key of ['modelProcesses', 'megabytes', 'workerMegabytes'] as const)
        peaks[key] = Math.max(peaks[key], now[key]);
    }
    for (const result of await all) assert.ok(result.dataset.records! > 0);
    assert.ok(peaks.modelProcesses <= MODEL_SLOTS, `${peaks.modelProcesses} model processes`);
    if (process.env.VERBOSE) console.log(`      ${JSON.stringify(peaks)}`);
  });
});

describe('a small run beside a large one', function () {
  this.timeout(600_000);
  let system: System;
  before(async () => {
    system = await startSystem();
  });
  after(() => system?.stop());

  it('gets its turn before the branches that waited first', async () => {
    const worker = system.startWorker(1);
    const classes = { frequent: 2, rare: 1, minRecords: 5 };
    // Its model is found then, so that the small run needs the slot for its branch alone.
    await (await start(system, 'rehearsal', { classes })).result();
    const large = await start(system, 'large', {
      classes: { frequent: 2, rare: 5, minRecords: 5 },
      fineTune: { ...smallRun('').fineTune, epochs: 20 },
    });
    // It holds the only slot until the small run waits for it too, however quick the machine is.
    const holder = await until(
      "one of the large run's branches to train",
      () => stageProcesses(worker, 'fineTune')[0],
    );
    process.kill(holder, 'SIGSTOP');
    const small = await start(system, 'small', {
      classes,
      fineTune: { ...smallRun('').fineTune, epochs: 2 },
    });
    await until(
      "the small run's branch to wait",
      async () => (await fineTunings(system, 'small')).length > 0,
    );
    process.kill(holder, 'SIGCONT');
    await Promise.all([large.result(), small.result()]);
    // All other branches of the large run were waiting when the small run's came.
    const [its] = await beginnings(system, 'small');
    const last = (await beginnings(system, 'large')).at(-1);
    assert.ok(
      its! < last!,
      `the small run's branch began at ${its}, the last one of the large run at ${last}`,
    );
  });
});

const start = ({ client, source }: System, workflowId: string, change: Partial<RunInput>) =>
  client.workflow.start('balanceDataset', {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [smallRun(source, change)],
  });

interface FineTuning {
  /** When a worker took it up, in seconds; undefined while it waits. */
  beganAt: number | undefined;
}

/** The fine-tunings that a run's branches have asked for. */
async function fineTunings({ client }: System, runId: string): Promise<FineTuning[]> {
  const found: FineTuning[] = [];
  for await (const { workflowId } of client.workflow.list()) {
    if (!workflowId.startsWith(`${runId}/`)) continue;
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    for (const { eventId, activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
      if (scheduled?.activityType?.name !== 'fineTune') continue;
      const start = events!.find(
        ({ activityTaskStartedEventAttributes: started }) =>
          String(started?.scheduledEventId) === String(eventId),
      )?.eventTime;
      found.push({ beganAt: start ? Number(start.seconds) + (start.nanos ?? 0) / 1e9 : undefined });
    }
  }
  return found;
}

/** When the fine-tunings of a run's branches were taken up, in order. */
const beginnings = async (system: System, runId: string): Promise<number[]> =>
  (await fineTunings(system, runId)).map(({ beganAt }) => beganAt!).sort((a, b) => a - b);

/** What a worker and its processes hold now. */
function footprint(worker: ChildProcess) {
  const all = processes();
  const children = all.filter(({ parent }) => parent === worker.pid);
  const own = all.find(({ pid }) => pid === worker.pid)?.megabytes ?? 0;
  return {
    modelProcesses: stageProcesses(worker, MODEL_STAGES).length,
    workerMegabytes: Math.round(own),
    megabytes: Math.round(own + children.reduce((sum, { megabytes }) => sum + megabytes, 0)),
  };
}
