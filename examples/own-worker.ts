// A worker with Counterpoise beside an activity and a workflow of its own: npx tsx own-worker.ts artifacts
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { counterpoisePlugin, MODEL_TASK_QUEUE, TASK_QUEUE } from 'counterpoise/worker';

export const activities = {
  announce: async (uri: string) => `balanced: ${uri}`,
};

const [store = 'artifacts'] = process.argv.slice(2);
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const plugins = [await counterpoisePlugin({ store })];
const workflowsPath = fileURLToPath(new URL('own-workflows.ts', import.meta.url));
const workers = await Promise.all([
  Worker.create({ connection, plugins, taskQueue: TASK_QUEUE, workflowsPath, activities }),
  Worker.create({ connection, plugins, taskQueue: MODEL_TASK_QUEUE }),
]);
await Promise.all(workers.map((worker) => worker.run()));
