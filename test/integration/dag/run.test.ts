import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { parse } from 'csv-parse/sync';
import type { RunInput } from '../../../lib/settings/settings.ts';
import {
  branchProgressQuery,
  progressQuery,
  retryClassUpdate,
  retryUpdate,
  skipClassUpdate,
} from '../../../workflows/messages.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { DIVERGING, type System, smallRun, stageProcesses, startSystem, until } from './system.ts';

const start = (client: Client, workflowId: string, input: unknown) =>
  client.workflow.start('balanceDataset', { taskQueue: TASK_QUEUE, workflowId, args: [input as RunInput] });

const resultOf = (client: Client, workflowId: string) =>
  client.workflow.getHandle(workflowId).result() as Promise<RunResult>;

/** How often the activities of a type were scheduled in a workflow. */
async function activitiesOf(client: Client, workflowId: string, type: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === type,
  ).length;
}

describe('a run of the DAG', function () {
  this.timeout(600_000);
  let system: System;
  let worker: ChildProcess;
  before(async () => {
    system = await startSystem();
    worker = system.startWorker();
  });
  after(() => system?.stop());

  it('gives the four methods, a balanced dataset and a report; a second run does nothing again', async () => {
    const input = smallRun(system.source);
    await start(system.client, 'whole', input);
    const result = await resultOf(system.client, 'whole');

    assert.deepEqual(Object.keys(result.methods), [
      'regular',
      'undersample',
      'oversample',
      'generated',
      'generatedOversample',
    ]);
    for (const metrics of Object.values(result.methods))
      assert.ok(metrics.microF1 > 0 && metrics.microF1 <= 1);
    const rare = Object.entries(result.classes).filter(([, each]) => each.state !== 'kept');
    assert.equal(rare.length, 2);
    for (const [, each] of rare) assert.equal(each.train + each.generated, Math.max(30, each.train));

    const rows = parse(readFileSync(fileURLToPath(result.dataset.uri)), { columns: true }) as Record<
      string,
      string
    >[];
    assert.equal(rows.length, result.dataset.records);
    for (const [name, each] of Object.entries(result.classes)) {
      const generated = rows.filter((row) => row.label === name && row.origin === 'generated');
      assert.equal(generated.length, each.generated, `generated records of ${name}`);
      for (const row of generated) assert.equal(row.branch, name);
    }
    assert.match(readFileSync(fileURLToPath(result.report.uri), 'utf8'), /<!doctype html>/i);

    await start(system.client, 'again', input);
    const again = await resultOf(system.client, 'again');
    assert.deepEqual([result.changed, again.changed], [true, false]);
    assert.deepEqual({ ...again, runId: '', changed: true }, { ...result, runId: '' });
    const { stages } = await system.client.workflow.getHandle('again').query(progressQuery);
    assert.deepEqual(
      [stages.prepare, stages.baselines, stages.model, stages.merge, stages.evaluate, stages.report],
      Array(6).fill('cached'),
    );
  });

  it('parks a branch whose process dies at every attempt, and retries it alone', async () => {
    const input = smallRun(system.source, { split: { seed: 2 } });
    await start(system.client, 'parked', input);
    const handle = system.client.workflow.getHandle('parked');
    const doomed = await until('a branch', async () => (await handle.query(progressQuery)).classes[0]);
    const parked = await until('the branch to wait', async () => {
      for (const pid of stageProcesses(worker, 'fineTune', doomed.class)) process.kill(pid, 'SIGKILL');
      const { classes } = await handle.query(progressQuery);
      return classes.find((branch) => branch.class === doomed.class && branch.state === 'waiting');
    });
    assert.match(parked.reason ?? '', /StageProcessDied: .*SIGKILL/);
    const other = await until('the other branch', async () =>
      (await handle.query(progressQuery)).classes.find((branch) => branch.state === 'balanced'),
    );

    await assert.rejects(
      handle.executeUpdate(retryClassUpdate, { args: [{ class: other.class }] }),
      (error: Error) => /is balanced: only a waiting branch/.test(String(error.cause)),
    );
    await assert.rejects(
      handle.executeUpdate(retryClassUpdate, {
        args: [{ class: doomed.class, change: { fineTune: { epochs: 'two' } } } as never],
      }),
      (error: Error) =>
        /change\.fineTune\.epochs: "two" is invalid; expected a whole number from 1 to 1000/.test(
          String(error.cause),
        ),
    );
    await handle.executeUpdate(retryClassUpdate, {
      args: [{ class: doomed.class, change: { fineTune: { batchSize: 4 } } }],
    });
    const result = await resultOf(system.client, 'parked');
    assert.equal(result.classes[doomed.class]!.state, 'balanced');
    assert.equal(
      await activitiesOf(system.client, other.workflowId, 'fineTune'),
      1,
      'the other branch ran once',
    );
    assert.equal(
      await activitiesOf(system.client, doomed.workflowId, 'fineTune'),
      2,
      'the parked one was tried again',
    );
  });

  it('skips a parked branch and goes on with the others', async () => {
    const input = smallRun(system.source, {
      split: { seed: 3 },
      fineTune: DIVERGING,
    });
    await start(system.client, 'skipped', input);
    const handle = system.client.workflow.getHandle('skipped');
    const [first, second] = await until('both branches to wait', async () => {
      const { classes } = await handle.query(progressQuery);
      return classes.length === 2 && classes.every((branch) => branch.state === 'waiting')
        ? classes
        : undefined;
    });
    assert.match(first!.reason ?? '', /^TrainingDiverged: /);
    await handle.executeUpdate(skipClassUpdate, { args: [{ class: first!.class, reason: 'too small' }] });
    const branch = system.client.workflow.getHandle(second!.workflowId);
    const moved = await branch.executeUpdate(retryUpdate, {
      args: [{ change: { fineTune: { learningRate: 1e-3 } } }],
    });
    assert.notEqual(moved.state, 'waiting');
    const result = await resultOf(system.client, 'skipped');
    assert.deepEqual(
      [
        result.classes[first!.class]!.state,
        result.classes[first!.class]!.generated,
        result.classes[second!.class]!.state,
      ],
      ['skipped', 0, 'balanced'],
    );
    assert.equal((await branch.query(branchProgressQuery)).state, 'balanced');
  });

  it('decides by itself about a branch that nobody decides on', async () => {
    const input = smallRun(system.source, {
      split: { seed: 3 },
      fineTune: DIVERGING,
      onFailedBranch: { wait: '1 second', then: 'skip' },
    });
    await start(system.client, 'undecided', input);
    const result = await resultOf(system.client, 'undecided');
    assert.deepEqual(
      Object.values(result.classes)
        .map((each) => each.state)
        .filter((state) => state !== 'kept'),
      ['skipped', 'skipped'],
    );
    assert.equal(result.methods.generated!.macroF1, result.methods.regular!.macroF1, 'nothing was added');
  });

  const mistakes: [what: string, input: (source: string) => unknown, message: RegExp][] = [
    ['no input', () => undefined, /^input: /],
    ['a missing file', () => ({ source: '/nowhere/pages.csv' }), /\/nowhere\/pages\.csv: no such file/],
    ['a wrong type', (source) => ({ source, fineTune: { epochs: 'five' } }), /^fineTune\.epochs: "five" /],
    ['an unknown field', (source) => ({ source, finetune: {} }), /^finetune: unknown field.*fineTune/],
    ['a missing column', (source) => ({ source, columns: { label: 'topic' } }), /topic.*industry/s],
    ['no class above minRecords', (source) => ({ source, classes: { minRecords: 100_000 } }), /minRecords/],
  ];
  for (const [what, input, message] of mistakes)
    it(`fails at once with InvalidInput on ${what}`, async () => {
      await start(system.client, `bad ${what}`, input(system.source));
      await assert.rejects(resultOf(system.client, `bad ${what}`), (error) => {
        assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
        assert.equal(error.cause.type, 'InvalidInput');
        assert.match(error.cause.message, message);
        return true;
      });
    });
});
