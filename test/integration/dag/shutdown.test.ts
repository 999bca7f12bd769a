import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { freePorts } from '../../../worker/embedded-server.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { type System, smallRun, stageProcesses, startSystem, survivorsOf, until } from './system.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));

/** Values that must not be found anywhere afterwards. */
const SECRETS = {
  HF_TOKEN: 'hf_neverToBeWritten',
  AWS_SECRET_ACCESS_KEY: 'aws-never-to-be-written',
  AWS_ACCESS_KEY_ID: 'AKIANEVERWRITTEN',
  TEMPORAL_API_KEY: 'temporal-never-to-be-written',
};

describe('a worker that is asked to end', function () {
  this.timeout(1_200_000);
  let system: System;
  let printed = '';
  let traces = '';
  const collector = createServer((request, response) => {
    request.on('data', (text: Buffer) => {
      traces += text.toString();
    });
    request.on('end', () => response.end('{}'));
  });
  const workers: ChildProcess[] = [];
  before(async () => {
    system = await startSystem();
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    collector.close();
    await system?.stop();
  });

  const startWorker = (...flags: string[]) => {
    const worker = spawn(
      process.execPath,
      [COMMAND, 'worker', '--store', system.store, '--model-slots', '2', '--log-format', 'json', ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // Profile, address and key as the environment gives them; the server of the tests speaks no TLS.
        env: {
          ...process.env,
          ...SECRETS,
          TEMPORAL_ADDRESS: system.address,
          TEMPORAL_TLS: 'false',
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        },
      },
    );
    for (const stream of [worker.stdout, worker.stderr])
      stream.on('data', (text: Buffer) => {
        printed += text.toString();
      });
    workers.push(worker);
    return worker;
  };
  const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('says that it is at work, leaves its work to another one, and writes no secret anywhere', async () => {
    const [health, metricsPort] = (await freePorts(2)) as [number, number];
    const first = startWorker('--health-port', String(health), '--metrics-port', String(metricsPort));
    const handle = await system.client.workflow.start('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId: 'run',
      args: [
        smallRun(system.source, { fineTune: { ...smallRun('').fineTune, epochs: 6, checkpointSeconds: 1 } }),
      ],
    });
    const checkpoint = () => {
      const scratch = join(system.store, 'scratch');
      return filesBelow(scratch).find((path) => /fineTune-.*safetensors$/.test(path));
    };
    await until('a checkpoint of the fine-tuning', checkpoint);
    assert.equal((await get(health, '/')).status, 200);
    const metrics = await (await get(metricsPort, '/metrics')).text();
    assert.match(metrics, /^temporal_\w+/m);
    assert.match(metrics, /counterpoise_figure\{.*figure="tokensPerSecond".*stage="fineTune".*\} [\d.]+/);
    assert.match(metrics, /counterpoise_work_total\{.*unit="steps".*\} \d+/);
    assert.match(metrics, /counterpoise_stage_seconds_\w+\{.*outcome="done".*stage="prepare"/);

    const stages = stageProcesses(first, 'fineTune');
    assert.ok(stages.length > 0, 'it is fine-tuning');
    first.kill('SIGTERM');
    const [code] = await once(first, 'exit');
    assert.equal(code, 0);
    assert.deepEqual(survivorsOf(stages), [], 'its model processes went with it');
    assert.ok(checkpoint(), 'the checkpoint stays');
    assert.deepEqual(await lastFailures(system, handle), ['WorkerShutdown'], 'the reason can be read');

    for await (const { workflowId } of system.client.workflow.list({
      query: 'WorkflowType = "balanceClass"',
    })) {
      const { priority } = await system.client.workflow.getHandle(workflowId).describe();
      assert.equal(priority?.fairnessKey, 'run', 'branches share a fairness key with their run');
    }

    startWorker();
    await handle.result();
    await until('traces of a workflow and an activity', () =>
      ['RunWorkflow:balanceDataset', 'RunActivity:prepare'].every((span) => traces.includes(span)),
    );
    const written = [
      printed,
      traces,
      ...filesBelow(system.folder).map((path) => readFileSync(path, 'latin1')),
    ];
    for await (const { workflowId } of system.client.workflow.list())
      written.push(historyToJSON(await system.client.workflow.getHandle(workflowId).fetchHistory()));
    for (const [name, secret] of Object.entries(SECRETS))
      assert.equal(
        written.filter((text) => text.includes(secret)).length,
        0,
        `${name} is written in a log, a history, the store or the server's database`,
      );
  });
});

const filesBelow = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
};

/** Why the last attempts of the fine-tunings ended, once for each kind. */
async function lastFailures(system: System, run: WorkflowHandle): Promise<string[]> {
  const kinds = new Set<string>();
  for await (const { workflowId } of system.client.workflow.list()) {
    if (workflowId === run.workflowId) continue;
    const { raw } = await system.client.workflow.getHandle(workflowId).describe();
    for (const { lastFailure } of raw.pendingActivities ?? [])
      if (lastFailure?.applicationFailureInfo?.type) kinds.add(lastFailure.applicationFailureInfo.type);
  }
  return [...kinds];
}
