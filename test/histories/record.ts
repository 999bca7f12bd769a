/**
 * Records the histories that the test of replaying holds every change of the workflows against:
 *
 *     npx tsx test/histories/record.ts
 *
 * Run it for each released shape of the workflows, under a new version's folder; what is recorded stays.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { balanceDataset } from '../../workflows/balance-dataset.ts';
import { progressQuery, retryClassUpdate, skipClassUpdate } from '../../workflows/messages.ts';
import { TASK_QUEUE } from '../../workflows/task-queues.ts';
import { startEmbeddedServer } from '../../worker/embedded-server.ts';
import { startStandInWorker } from '../integration/client/stand-in-worker.ts';

const VERSION = '0.1.0';
const out = join(import.meta.dirname, VERSION);
const home = mkdtempSync(join(tmpdir(), 'counterpoise-histories-'));
mkdirSync(out, { recursive: true });
const server = await startEmbeddedServer({ home, log: console.error });
const worker = await startStandInWorker(server.address, { classThatFails: 'printing' });
const connection = await Connection.connect({ address: server.address });
const client = new Client({ connection });

/** Starts a run, waits until its branch of printing waits, decides, and saves the histories of the run and of the branch. */
async function record(name: string, decide: (id: string) => Promise<unknown>): Promise<void> {
  const handle = await client.workflow.start<typeof balanceDataset>('balanceDataset', {
    taskQueue: TASK_QUEUE,
    workflowId: name,
    args: [{ source: '/pages.csv' }],
  });
  for (;;) {
    const { classes } = await handle.query(progressQuery);
    if (classes.some(({ state }) => state === 'waiting')) break;
    await new Promise((resume) => setTimeout(resume, 200));
  }
  await decide(name);
  await handle.result();
  for (const [file, id] of [
    [`${name}-run`, name],
    [`${name}-branch`, `${name}/printing`],
  ] as const) {
    const history = await client.workflow.getHandle(id).fetchHistory();
    writeFileSync(join(out, `${file}.json`), `${historyToJSON(history)}\n`);
  }
}

try {
  await record('retried', (id) =>
    client.workflow.getHandle(id).executeUpdate(retryClassUpdate, {
      args: [{ class: 'printing', change: { fineTune: { batchSize: 4 } } }],
    }),
  );
  await record('skipped', (id) =>
    client.workflow
      .getHandle(id)
      .executeUpdate(skipClassUpdate, { args: [{ class: 'printing', reason: 'too few pages' }] }),
  );
} finally {
  await connection.close();
  await worker.stop();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
