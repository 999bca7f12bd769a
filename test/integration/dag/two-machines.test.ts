import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyArtifact } from '../../../lib/artifacts/copy-artifact.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { type Machine, Network } from '../../machines/machine.ts';
import { type S3Server, s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { type System, smallRun, startSystem, until } from './system.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));

/** Names below a folder of the bucket that begin with these. */
const objects = (folder: string, pattern: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name))
    : [];

/** Path of a scratch file on a machine, if it has it. */
function scratchFile({ folder }: Machine, name: string): string | undefined {
  const stores = join(folder, 'cache', 'stores');
  const [store] = existsSync(stores) ? readdirSync(stores) : [];
  const path = store && join(stores, store, 'scratch', name);
  return path && existsSync(path) ? path : undefined;
}

describe('two machines that share a Temporal server and a bucket', function () {
  this.timeout(1_200_000);
  let server: S3Server;
  let system: System;
  let network: Network;
  before(async () => {
    server = await s3Server();
    system = await startSystem();
    network = new Network();
  });
  after(async () => {
    network?.stop();
    await system?.stop();
  });

  const startWorker = (name: string, prefix: string): Machine => {
    const address = system.address;
    const s3 = server.environment.AWS_ENDPOINT_URL_S3!.slice('http://'.length);
    return network.startWorker(
      name,
      [address, s3],
      [
        ...[COMMAND, 'worker', '--address', address, '--store', `s3://${server.bucket}/${prefix}`],
        ...['--model-slots', '1', '--log-format', 'json', '--allow', system.folder],
      ],
      server.environment,
    );
  };
  const run = (workflowId: string, source: string) =>
    system.client.workflow.start('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [smallRun(source, { fineTune: { ...smallRun('').fineTune, epochs: 30, checkpointSeconds: 1 } })],
    });

  it('finish a run with the same dataset when one of them is lost half-way', async () => {
    const alone = startWorker('alone', 'undisturbed');
    const expected = (await (await run('undisturbed', system.source)).result()) as RunResult;
    alone.kill();

    const [lost, other] = [startWorker('lost', 'disturbed'), startWorker('other', 'disturbed')];
    // Each has one model slot, so that of the two branches each takes one.
    for (const machine of [lost, other])
      await until('both machines', () => machine.printed().includes('"polling counterpoise-model'));
    const handle = await run('disturbed', system.source);
    await until(
      'the sources in the bucket',
      () => objects(join(server.folder, 'disturbed'), /^inputs.*csv$/)[0],
    );
    await until('the preparation', async () => (await handle.query(progressQuery)).stages.prepare === 'done');
    rmSync(system.source);
    const bucket = join(server.folder, 'disturbed', 'scratch');
    const checkpoint = await until('a checkpoint of the lost machine in the bucket', () =>
      objects(bucket, /^fineTune-.*safetensors$/).find(
        (name) => scratchFile(lost, name) && !scratchFile(other, name),
      ),
    );
    lost.kill();
    const saved = readFileSync(join(bucket, checkpoint));
    await until('the checkpoint on the other machine', () => {
      const fetched = scratchFile(other, checkpoint);
      return fetched && readFileSync(fetched).equals(saved);
    });
    const result = (await handle.result()) as RunResult;

    assert.equal(result.dataset.digest, expected.dataset.digest);
    assert.deepEqual(result.methods, expected.methods);
    assert.match(result.dataset.uri, /^s3:\/\/artifacts\/disturbed\/merge\//);
    assert.deepEqual(objects(bucket, /safetensors|jsonl/), [], 'nothing is left to resume from');
    for (const machine of [lost, other])
      assert.equal(
        existsSync(join(machine.folder, 'home', 'artifacts')),
        false,
        'no machine has a store of its own',
      );

    const out = temporaryFolder();
    await copyArtifact(result.dataset.uri, out);
    assert.match(readFileSync(join(out, 'balanced.csv'), 'utf8'), /^id,text,label,origin,branch\n/);
  });
});
