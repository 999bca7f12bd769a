import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import type { balanceDataset } from '../../../workflows/balance-dataset.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { startStandInWorker } from '../client/stand-in-worker.ts';

/** With printing and bird watching, 150 rare classes. */
const MORE = Array.from({ length: 148 }, (_, index) => `industry number ${index + 1}`);

describe('a run of 150 branches', function () {
  this.timeout(600_000);
  const home = temporaryFolder();

  it('ends with all of them balanced, in a history below 2,000 events and 1 MB', async () => {
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
      assert.equal(classes.filter(({ state }) => state === 'balanced').length, 150);
      const { historyLength, historySize } = await handle.describe();
      assert.ok(historyLength < 2_000, `${historyLength} events`);
      assert.ok(historySize! < 1_000_000, `${historySize} bytes`);
      if (process.env.VERBOSE) console.log(`${historyLength} events, ${historySize} bytes`);
    } finally {
      await connection.close();
      await worker.stop();
      await server.stop();
    }
  });
});
