// Starts the workflow of own-workflows.ts: npx tsx child-workflow.ts '{"source": "/data/pages.csv"}'
import { Client, Connection } from '@temporalio/client';
import type { RunInput } from 'counterpoise';
import { TASK_QUEUE } from 'counterpoise/client';
import type { balanceAndAnnounce } from './own-workflows.ts';

const [input = '{"source": "pages.csv"}'] = process.argv.slice(2);
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
const client = new Client({ connection });
const balanced = await client.workflow.execute<typeof balanceAndAnnounce>('balanceAndAnnounce', {
  taskQueue: TASK_QUEUE,
  workflowId: `balance-${Date.now()}`,
  args: [JSON.parse(input) as RunInput],
});
console.log(balanced);
await connection.close();
