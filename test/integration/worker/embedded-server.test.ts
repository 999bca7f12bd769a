import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { nodeArguments } from '../../../lib/threads/thread-pool.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { MODEL_TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { processes, until } from '../dag/system.ts';

/** Ids of the server processes whose database lies in a home. */
const serversOf = (home: string): number[] =>
  processes()
    .filter(({ command }) => command.includes(`--db-filename ${home}`))
    .map(({ pid }) => pid);

describe('the embedded Temporal server', function () {
  this.timeout(120_000);
  let home: string;
  const said: string[] = [];
  const started: EmbeddedServer[] = [];
  const start = async () => {
    const server = await startEmbeddedServer({ home, log: (line) => said.push(line) });
    started.push(server);
    return server;
  };
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'counterpoise-server-'));
    said.length = 0;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps its workflows over a restart in the same home', async () => {
    const first = await start();
    let connection = await Connection.connect({ address: first.address });
    await new Client({ connection }).workflow.start('balanceDataset', {
      taskQueue: 'nobody-polls-this',
      workflowId: 'kept',
    });
    await connection.close();
    await first.stop();
    assert.deepEqual(serversOf(home), []);

    const second = await start();
    connection = await Connection.connect({ address: second.address });
    const kept = await new Client({ connection }).workflow.getHandle('kept').describe();
    await connection.close();
    assert.equal(kept.status.name, 'RUNNING');
    assert.deepEqual(said, [], 'a server that is stopped has nothing to tell');
  });

  it('has the Web UI and knows the search attributes', async () => {
    const { address, uiAddress } = await start();
    assert.equal((await fetch(uiAddress)).status, 200);
    const connection = await Connection.connect({ address });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    await connection.close();
    for (const { name } of SEARCH_ATTRIBUTES) assert.ok(customAttributes[name], name);
  });

  it('keeps the tasks of a queue together, because runs take turns within a partition only', async () => {
    const { address } = await start();
    const connection = await Connection.connect({ address });
    const { activityTaskQueuePartitions } = await connection.workflowService.listTaskQueuePartitions({
      namespace: 'default',
      taskQueue: { name: MODEL_TASK_QUEUE },
    });
    await connection.close();
    assert.deepEqual(
      activityTaskQueuePartitions?.map(({ key }) => key),
      [MODEL_TASK_QUEUE],
    );
  });

  it('runs beside another one', async () => {
    const first = await start();
    const other = mkdtempSync(join(tmpdir(), 'counterpoise-server-'));
    const second = await startEmbeddedServer({ home: other, log: () => {} });
    started.push(second);
    assert.notEqual(first.address, second.address);
    assert.notEqual(first.uiAddress, second.uiAddress);
    await second.stop();
    rmSync(other, { recursive: true });
  });

  it('that ends by itself says how, and where its log is', async () => {
    const server = await start();
    process.kill(serversOf(home)[0]!, 'SIGKILL');
    await assert.rejects(server.failed, {
      name: 'EmbeddedServerFailed',
      message: `the embedded Temporal server was ended by SIGKILL. Its log: ${join(home, 'temporal', 'server.log')}`,
    });
    assert.equal(said.length, 1);
  });

  it('ends with a process that is killed, on Linux', async function () {
    if (process.platform !== 'linux') this.skip();
    const source = new URL('../../../worker/embedded-server.ts', import.meta.url);
    const script = `
      import { startEmbeddedServer } from ${JSON.stringify(source.href)};
      await startEmbeddedServer({ home: ${JSON.stringify(home)}, log: () => {} });
      console.log('up');
      setInterval(() => {}, 1000);
    `;
    const argv = [...nodeArguments(source.href), '--input-type=module', '-e', script];
    const parent = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resume) => parent.stdout.once('data', resume));
    assert.equal(serversOf(home).length, 1);
    parent.kill('SIGKILL');
    await until('the server to end', () => serversOf(home).length === 0);
  });
});
