import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import type { balanceDataset } from '../../../workflows/balance-dataset.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { startStandInWorker } from '../client/stand-in-worker.ts';

const BRANCHES = Number(process.env.BRANCHES ?? 150);
/** Beside printing and bird watching. */
const MORE = Array.from({ length: BRANCHES - 2 }, (_, index) => `industry number ${index + 1}`);

describe(`a run of ${BRANCHES} branches`, function () {
  this.timeout(600_000);
  const home = temporaryFolder();

  it('ends with all of them balanced, in a history of 14 events and 7 kB for each at most', async () => {
    const server = await startEmbeddedServer({ home, log: () => {} });
    const worker = await startStandInWorker(server.address, { moreRareClasses: MORE });
    const connection = await Connection.connect({ address: server.address });
    try {
      const client = new Client({ connection });
      const handle = await client.workflow.start<typeof balanceDataset>('balanceDataset', {
        taskQueue: TASK_QUEUE,
        workflowId: 'many',
        args: [{ source: '/pages.csv' }],
      });
      await handle.result();
      const { classes } = await handle.query(progressQuery);
      assert.equal(classes.filter(({ state }) => state === 'balanced').length, BRANCHES);
      const { historyLength, historySize } = await handle.describe();
      assert.ok(historyLength < 14 * BRANCHES, `${historyLength} events`);
      assert.ok(historySize! < 7_000 * BRANCHES, `${historySize} bytes`);
      if (process.env.VERBOSE) console.log(`${historyLength} events, ${historySize} bytes`);
    } finally {
      await connection.close();
      await worker.stop();
      await server.stop();
    }
  });
});
