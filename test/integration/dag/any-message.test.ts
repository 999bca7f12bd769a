/** Everything that anybody can send to a run and a branch, in every state: a run still ends, and right decisions work. */
import assert from 'node:assert/strict';
import { type ApplicationFailure, Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createRandom, type Random } from '../../../lib/random/random.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import type { balanceDataset } from '../../../workflows/balance-dataset.ts';
import type { BranchProgress, RunProgress } from '../../../workflows/messages.ts';
import { problemWithRetry, problemWithSkip } from '../../../workflows/received.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { startStandInWorker } from '../client/stand-in-worker.ts';
import { until } from './system.ts';

const ARGUMENTS = Number(process.env.MESSAGES ?? 30);
const WORDS = ['class', 'change', 'reason', 'fineTune', 'generate', 'shardSize', 'state', 'kept', 'work'];
const VALUES = [
  'printing',
  'waiting',
  '__proto__',
  'constructor',
  '',
  '\0',
  '\ud800',
  '🙂',
  'x'.repeat(3000),
];
/** Of a message that the server takes, beside what the client adds. */
const LARGEST = 2_000_000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A value of any type; most objects have fields that messages have. */
function anyJson(random: Random, depth = 0): Json {
  const kind = random.int(depth > 3 ? 5 : 8);
  if (kind === 0) return null;
  if (kind === 1) return random.next() < 0.5;
  if (kind === 2) return random.pick([0, -1, 1.5, 1e308, -1e-9, 2 ** 53, random.int(5000)]);
  if (kind <= 4) return random.pick([...VALUES, ...WORDS]);
  const many = random.int(4);
  if (kind === 5) return Array.from({ length: many }, () => anyJson(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: many }, () => [random.pick([...WORDS, ...VALUES]), anyJson(random, depth + 1)]),
  );
}

/** By hand: what the generator is unlikely to find. */
const CHOSEN: Json[] = [
  { class: 5 },
  { class: 'printing', reason: 5 },
  { class: 'printing', change: { generate: { shardSize: 0 } } },
  { change: { generate: { shardSize: -1 } } },
  { change: { generate: { target: 1e9 }, fineTune: null } },
  { change: { fineTune: { dropout: 'x'.repeat(1000) } } },
  { change: { fineTune: { dropout: '\ud800' } } },
  { change: { '\udfff': {} } },
  { [`${'x'.repeat(58)}🙂🙂`]: 1 },
  { class: 'printing', state: 'waiting', kept: 0, reason: 7 },
  { class: 'printing', state: 'fine-tuning', kept: 0, work: { done: 1, figures: { loss: 'low' } } },
  { phase: 'fine-tune', unit: 'steps', done: 1, total: 2, figures: { loss: null, secondsLeft: 'x' } },
];
/** Sent once each, because Temporal itself ends a workflow whose history has 50 MB. */
const LARGE: Json[] = [
  'x'.repeat(LARGEST),
  { reason: 'x'.repeat(LARGEST) },
  { class: 'x'.repeat(250_000) },
  { change: { fineTune: { dropout: 'x'.repeat(250_000) } } },
  { change: Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`f${at}`, at])) },
];

const plain = (text: string, encoding = 'json/plain'): Payload => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(text),
});
/** What is no JSON of a reasonable depth, or nothing at all. */
const RAW: Payload[][] = [
  [],
  [plain('{}', 'json/protobuf')],
  [plain('{"a":')],
  [plain(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  [plain(`${'{"change":'.repeat(10_000)}1${'}'.repeat(10_000)}`)],
  [plain('{"reason":"too many arguments"}', 'binary/plain'), plain('1'), plain('2')],
];

const settings = parseSettings({ source: 'a.csv' });
const isRight: Record<string, (value: unknown) => boolean> = {
  skip: (value) => problemWithSkip(value) === undefined,
  skipBranch: (value) => problemWithSkip(value) === undefined,
  retry: (value) => problemWithRetry(settings, value) === undefined,
  retryBranch: (value) => problemWithRetry(settings, value) === undefined,
};

describe('any message', function () {
  this.timeout(1_800_000);
  const home = temporaryFolder();
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  let worker: Awaited<ReturnType<typeof startStandInWorker>>;
  let connection: Connection;
  let client: Client;
  /** Ends the fine-tuning that began last. */
  let finishTraining = () => {};
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection });
    worker = await startStandInWorker(server.address, {
      classThatFails: 'printing',
      fineTuning: () =>
        new Promise<void>((resolve) => {
          finishTraining = resolve;
        }),
    });
  });
  after(async () => {
    await connection?.close();
    await worker?.stop();
    await server?.stop();
  });

  const random = createRandom(17);
  const values: Json[] = [...CHOSEN, ...Array.from({ length: ARGUMENTS }, () => anyJson(random))];

  /** Sends all arguments by one message; what the server or the workflow says to them is their sender's matter. */
  async function send(id: string, kind: 'update' | 'signal' | 'query', name: string, some: readonly Json[]) {
    const arrays = some
      .filter((value) => !isRight[name]?.(value))
      .map((value) => [defaultPayloadConverter.toPayload(value)!]);
    const raw = isRight[name] ? RAW.slice(1) : RAW;
    const all = [...arrays, ...raw];
    let taken = 0;
    const lane = async () => {
      for (let next = all.pop(); next; next = all.pop())
        await sendOne(id, kind, name, next).then(
          () => taken++,
          () => {},
        );
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    return taken;
  }

  async function sendOne(id: string, kind: string, name: string, payloads: Payload[]): Promise<void> {
    const common = { namespace: 'default', workflowExecution: { workflowId: id } };
    const { workflowService } = connection;
    if (kind === 'signal')
      await workflowService.signalWorkflowExecution({ ...common, signalName: name, input: { payloads } });
    else if (kind === 'query')
      await workflowService.queryWorkflow({
        namespace: 'default',
        execution: { workflowId: id },
        query: { queryType: name, queryArgs: { payloads } },
      });
    else {
      const { outcome } = await workflowService.updateWorkflowExecution({
        ...common,
        request: { meta: { updateId: `${sent++}` }, input: { name, args: { payloads } } },
        waitPolicy: { lifecycleStage: 3 },
      });
      // None: the server gave up waiting for a busy worker.
      if (!outcome?.success) throw new Error(outcome?.failure?.message ?? 'not taken');
    }
  }
  let sent = 0;

  async function sendAll(run: string, some: readonly Json[]): Promise<void> {
    const branch = `${run}/printing`;
    const begun = Date.now();
    assert.equal(await send(run, 'update', 'skipClass', some), 0);
    await send(run, 'update', 'retryClass', some);
    await send(run, 'query', 'progress', some);
    await send(run, 'signal', 'branchChanged', some);
    await send(run, 'signal', 'unheardOf', some.slice(0, 20));
    await send(run, 'update', 'unheardOf', some.slice(0, 20));
    assert.equal(await send(branch, 'update', 'skip', some), 0);
    assert.equal(await send(branch, 'update', 'retry', some), 0);
    await send(branch, 'query', 'progress', some);
    await send(branch, 'signal', 'skipBranch', some);
    await send(branch, 'signal', 'retryBranch', some);
    await send(branch, 'signal', 'workProgress', some);
    if (process.env.VERBOSE) console.log(`${sent} sent, the last in ${Date.now() - begun} ms`);
  }

  const stateOf = async (handle: WorkflowHandle<typeof balanceDataset>, name: string) =>
    (await handle.query<RunProgress>('progress')).classes.find((each) => each.class === name)?.state;

  it('leaves a run as it is, whose right decisions still work', async () => {
    const run = 'bombarded';
    const handle = await client.workflow.start<typeof balanceDataset>('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId: run,
      args: [{ source: '/pages.csv' }],
    });
    const branch = client.workflow.getHandle(`${run}/printing`);
    const branchState = async () => (await branch.query<BranchProgress>('progress')).state;

    await until(
      'a class in training',
      async () => (await stateOf(handle, 'bird watching')) === 'fine-tuning',
    );
    await sendAll(run, values.slice(0, 40));
    assert.equal(await stateOf(handle, 'bird watching'), 'fine-tuning');
    finishTraining();
    await until('a branch that waits', async () => (await branchState()) === 'waiting');
    await sendAll(run, [...values, ...LARGE]);
    assert.equal(await branchState(), 'waiting');

    // Right decisions: by the branch, then by the run, and a retry without any argument.
    await branch.executeUpdate('retry', { args: [] });
    await until('the branch to wait again', async () => (await branchState()) === 'waiting');
    await branch.signal('retryBranch', { change: { fineTune: { batchSize: 5 } } });
    await until('the run to know that it failed again', async () => {
      const { classes } = await handle.query<RunProgress>('progress');
      return classes.some(({ reason }) => reason?.includes('a batch of 5'));
    });
    const change = { fineTune: { batchSize: 4 } };
    await handle.executeUpdate('retryClass', { args: [{ class: 'printing', change }] });
    await until('the branch in training', async () => (await branchState()) === 'fine-tuning');
    await sendAll(run, values.slice(0, 40));
    assert.equal(await branchState(), 'fine-tuning');
    finishTraining();

    const { classes } = await handle.result();
    assert.equal(classes.printing!.generated, 90);
    assert.equal((await branch.describe()).status.name, 'COMPLETED');
    await sendAll(run, values.slice(0, 20));
  });

  it('that cannot be decoded, as the input of a run, ends it with InvalidInput', async () => {
    for (const [at, payloads] of RAW.entries()) {
      const workflowId = `undecodable-${at}`;
      await connection.workflowService.startWorkflowExecution({
        namespace: 'default',
        workflowId,
        workflowType: { name: 'balanceDataset' },
        taskQueue: { name: TASK_QUEUE },
        requestId: workflowId,
        input: { payloads },
      });
      await assert.rejects(client.workflow.getHandle(workflowId).result(), (error: Error) => {
        assert.equal((error.cause as ApplicationFailure).type, 'InvalidInput');
        return true;
      });
    }
  });
});
