/**
 * Records the histories that the test of replaying holds every change of the workflows against, by runs of the real worker
 * on a real server:
 *
 *     npx tsx test/histories/record.ts VERSION
 *
 * Run it for each released shape of the workflows, under a new version's folder; what is recorded stays. Of the
 * runs of 0.1.0, all but the refreshed one are of a worker whose activities gave ready answers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { RunInput } from '../../lib/settings/settings.ts';
import type { balanceDataset } from '../../workflows/balance-dataset.ts';
import { progressQuery, retryClassUpdate, skipClassUpdate } from '../../workflows/messages.ts';
import { TASK_QUEUE } from '../../workflows/task-queues.ts';
import { DIVERGING, smallRun, startSystem, until } from '../integration/dag/system.ts';

const [version] = process.argv.slice(2);
if (!version) throw new Error('give the version whose histories these are');
const out = join(import.meta.dirname, version);
mkdirSync(out, { recursive: true });
const system = await startSystem();
const { client, source } = system;
system.startWorker();

/** Runs to the end, with a decision on the first branch that waits, and saves the histories of the run and of one branch. */
async function record(
  name: string,
  change: Partial<RunInput>,
  decide?: (failed: string) => Promise<unknown>,
): Promise<void> {
  const handle = await client.workflow.start<typeof balanceDataset>('balanceDataset', {
    taskQueue: TASK_QUEUE,
    workflowId: name,
    args: [smallRun(source, change)],
  });
  const progress = () => handle.query(progressQuery);
  const waiting = async () => (await progress()).classes.find(({ state }) => state === 'waiting')?.class;
  const isOver = async () => (await handle.describe()).status.name === 'COMPLETED';
  while (decide && !(await isOver())) {
    const failed = await waiting();
    if (failed === undefined) continue;
    await decide(failed);
    await until('the decision', async () => (await waiting()) !== failed);
  }
  await handle.result();
  const { classes } = await progress();
  for (const [file, id] of [
    [`${name}-run`, name],
    [`${name}-branch`, classes[0]!.workflowId],
  ] as const) {
    const history = await client.workflow.getHandle(id).fetchHistory();
    writeFileSync(join(out, `${file}.json`), `${historyToJSON(history)}\n`);
  }
}

try {
  await record('first', { fineTune: DIVERGING }, (name) =>
    client.workflow.getHandle('first').executeUpdate(retryClassUpdate, {
      args: [{ class: name, change: { fineTune: smallRun(source).fineTune! } }],
    }),
  );
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replaceAll('We ', 'Our people '));
  await record('refreshed', {});
  await record('skipped', { fineTune: DIVERGING, refresh: { previous: null } }, (name) =>
    client.workflow
      .getHandle('skipped')
      .executeUpdate(skipClassUpdate, { args: [{ class: name, reason: 'too few pages' }] }),
  );
  await record('amount', { generate: { ...smallRun(source).generate, target: 'auto' } });
} finally {
  await system.stop();
}
