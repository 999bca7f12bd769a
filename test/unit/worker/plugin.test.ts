import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import { counterpoisePlugin } from '../../../worker/plugin.ts';
import { readablePayloads } from '../../../worker/readable-payloads.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the plugin for workers', () => {
  const store = join(temporaryFolder(), 'store');
  const configured = async (options: Partial<WorkerOptions>) => {
    const plugin = await counterpoisePlugin({ store });
    return plugin.configureWorker!({ taskQueue: TASK_QUEUE, ...options });
  };

  it('adds workflows, activities and codec to a worker that has none', async () => {
    const { workflowsPath, activities, dataConverter } = await configured({});
    assert.match(workflowsPath!, /workflows\/index\.ts$/);
    assert.ok(Object.keys(activities!).includes('prepare'));
    assert.deepEqual(dataConverter!.payloadCodecs, [readablePayloads]);
  });

  it('keeps what the worker has', async () => {
    const announce = async () => {};
    const own: PayloadCodec = { encode: async (all) => all, decode: async (all) => all };
    const { workflowsPath, activities, dataConverter, maxConcurrentActivityTaskExecutions } =
      await configured({
        workflowsPath: '/own/workflows.ts',
        activities: { announce },
        dataConverter: { payloadConverterPath: '/own/converter.ts', payloadCodecs: [own] },
        maxConcurrentActivityTaskExecutions: 3,
      });
    assert.equal(workflowsPath, '/own/workflows.ts');
    assert.equal((activities as { announce: unknown }).announce, announce);
    assert.equal(dataConverter!.payloadConverterPath, '/own/converter.ts');
    assert.deepEqual(dataConverter!.payloadCodecs, [readablePayloads, own], 'the first decodes last');
    assert.equal(maxConcurrentActivityTaskExecutions, 3);
  });

  it('refuses a queue without work for it, and an activity of the name of one of its own', async () => {
    await assert.rejects(configured({ taskQueue: 'other' }), /taskQueue: other .*counterpoise-model/);
    await assert.rejects(configured({ activities: { prepare: () => {} } }), /activities: prepare /);
  });
});
