import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import type { balanceDataset } from '../../../workflows/balance-dataset.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { startStandInWorker } from '../client/stand-in-worker.ts';

describe('the largest branch that settings can ask for', function () {
  this.timeout(900_000);
  const home = temporaryFolder();
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  let worker: Awaited<ReturnType<typeof startStandInWorker>>;
  let connection: Connection;
  let client: Client;
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection });
    worker = await startStandInWorker(server.address, { records: 97_373, keepNothing: true });
  });
  after(async () => {
    await connection?.close();
    await worker?.stop();
    await server?.stop();
  });

  const run = async (workflowId: string, input: Omit<RunInput, 'source'>) => {
    const handle = await client.workflow.start<typeof balanceDataset>('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [{ source: '/pages.csv', ...input }],
    });
    await handle.result();
    const branch = await client.workflow.getHandle(`${workflowId}/printing`).describe();
    if (process.env.VERBOSE) console.log(`${branch.historyLength} events, ${branch.historySize} bytes`);
    return branch;
  };

  const cases: [what: string, generate: RunInput['generate']][] = [
    ['shards of one prompt, in as many rounds as can be', { shardSize: 1, maxRounds: 10 }],
    ['the largest amount', { target: 10_000_000, shardSize: 1, maxRounds: 1 }],
  ];
  for (const [at, [what, generate]] of cases.entries())
    it(`ends within 10,000 events and 10 MB: ${what}`, async () => {
      const { historyLength, historySize } = await run(`largest-${at}`, { generate });
      assert.ok(historyLength < 10_000, `${historyLength} events`);
      assert.ok(historySize! < 10_000_000, `${historySize} bytes`);
    });
});
