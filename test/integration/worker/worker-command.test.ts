import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure, Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { ensureTemporalServer } from '../../../setup/temporal-server.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { until } from '../dag/system.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));

describe('the command worker', function () {
  this.timeout(300_000);
  const home = temporaryFolder();
  let server: EmbeddedServer;
  let connection: Connection;
  let client: Client;
  const workers: ChildProcess[] = [];
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.kill('SIGKILL');
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    }
  });
  after(async () => {
    await connection?.close();
    await server?.stop();
  });

  /** Starts a worker for workflows and waits until it says that it is there. */
  async function startWorker(flags: string[], environment: Record<string, string> = {}): Promise<string> {
    const worker = spawn(
      process.execPath,
      [COMMAND, 'worker', '--queues', 'workflow', '--home', home, ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
    );
    workers.push(worker);
    let printed = '';
    const stopped = new Promise<string>((resolve) => worker.once('exit', () => resolve(printed)));
    const ready = new Promise<string>((resolve) => {
      for (const stream of [worker.stdout, worker.stderr])
        stream.on('data', (text: Buffer) => {
          printed += text.toString();
          if (printed.includes('Ctrl-C stops it')) resolve(printed);
        });
    });
    return Promise.race([ready, stopped]);
  }
  const failure = async (workflowId: string, input: object): Promise<string> => {
    try {
      await client.workflow.execute('balanceDataset', { taskQueue: TASK_QUEUE, workflowId, args: [input] });
    } catch (error) {
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
      assert.equal(error.cause.type, 'InvalidInput');
      return error.cause.message;
    }
    return assert.fail('the run did not fail');
  };

  it('refuses sources outside of its roots by name', async () => {
    const data = join(home, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'empty.csv'), '');
    symlinkSync('/etc/passwd', join(data, 'link.csv'));
    const said = await startWorker(['--allow', data], { TEMPORAL_ADDRESS: server.address });
    assert.match(said, new RegExp(`may read ${data}`));
    for (const source of ['file:///etc/passwd', `${data}/../../etc/passwd`, join(data, 'link.csv'), '/etc/*'])
      assert.match(await failure(`refused ${source}`, { source }), /^source: .*outside.*--allow/);
    assert.match(await failure('bucket', { source: 's3://others/x.csv' }), /--allow.* s3:\/\/others/);
    assert.match(await failure('allowed', { source: join(data, 'empty.csv') }), /empty\.csv: .*empty/);
  });

  it('finds the server by a profile of Temporal’s configuration file', async () => {
    const file = join(home, 'temporal.toml');
    writeFileSync(file, `[profile.tests]\naddress = "${server.address}"\nnamespace = "default"\n`);
    const said = await startWorker([], { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'tests' });
    assert.match(said, new RegExp(`at ${server.address}, namespace default`));
    assert.match(await failure('by profile', { source: '/etc/passwd' }), /outside/);
  });

  it('says in one line which profile is missing', async () => {
    const said = await startWorker([], { TEMPORAL_PROFILE: 'nowhere' });
    assert.match(said, /Temporal configuration: .*nowhere.*TEMPORAL_PROFILE/);
  });

  it('says in one line that its bucket is not there, or no version is given', async () => {
    const environment = { TEMPORAL_ADDRESS: server.address };
    assert.match(await startWorker(['--store', 'ftp://x/y'], environment), /store: ftp:\/\/x\/y is no store/);
    assert.match(await startWorker(['--build-id', '1'], environment), /--build-id: needs --deployment/);
  });

  it('works as a version of a deployment once that is the current one', async () => {
    await startWorker(['--deployment', 'counterpoise', '--build-id', '1'], {
      TEMPORAL_ADDRESS: server.address,
    });
    const temporal = await ensureTemporalServer();
    const cli = (...args: string[]) =>
      execFileSync(temporal, [...args, '--address', server.address], { encoding: 'utf8' });
    // The server learns of a deployment by its workers' first polls, which come after the worker's first words.
    await until('the deployment to be known', async () => {
      try {
        return cli('worker', 'deployment', 'describe', '--name', 'counterpoise');
      } catch {
        return undefined;
      }
    });
    cli(
      ...['worker', 'deployment', 'set-current-version', '--yes'],
      ...['--deployment-name', 'counterpoise', '--build-id', '1', '--ignore-missing-task-queues'],
    );
    assert.match(await failure('versioned', { source: '/etc/passwd' }), /outside/);
    const { raw } = await client.workflow.getHandle('versioned').describe();
    const { versioningInfo } = raw.workflowExecutionInfo!;
    assert.equal(versioningInfo?.deploymentVersion?.buildId, '1');
  });
});
