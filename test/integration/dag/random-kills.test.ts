/**
 * SIGKILL at random moments of runs: of the worker, of a stage's process, of the Temporal server. `KILLS` says how
 * many (three by default), `KILLS_SEED` which moments.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { globSync } from 'tinyglobby';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { MANIFEST, STAGING } from '../../../lib/artifacts/local-store.ts';
import { createRandom } from '../../../lib/random/random.ts';
import { progressQuery, retryClassUpdate } from '../../../workflows/messages.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { killed, RestartableServer } from './restartable-server.ts';
import { smallRun, stageProcesses } from './system.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 3);
const random = createRandom(Number(process.env.KILLS_SEED ?? 1), 'kills');
/** Longest time from the moment when there is work to the kill. */
const PAUSE_MS = 10_000;

type Victim = 'worker' | 'stage process' | 'server';

describe(`${KILLS} kills at random moments`, function () {
  this.timeout(1_200_000 + KILLS * 120_000);
  const folder = temporaryFolder();
  const source = join(folder, 'pages.csv');
  let server: RestartableServer;
  let client: Client;
  let worker: ChildProcess | undefined;
  before(async () => {
    await writeDemoCorpus(source, { seed: 7, pages: 900 });
    server = await RestartableServer.start(folder);
    client = new Client({ connection: Connection.lazy({ address: server.address }) });
  });
  after(async () => {
    if (worker) await killed(worker);
    await client?.connection.close();
    await server?.kill();
  });

  /** What the worker does for a store, and what it printed. */
  const startWorker = (store: string, log: string[]) => {
    worker = spawn(
      process.execPath,
      [
        ...[COMMAND, 'worker', '--address', server.address, '--store', store],
        ...['--model-slots', '2', '--log-format', 'json'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [worker.stdout!, worker.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => log.push(text));
  };
  const startRun = (workflowId: string) =>
    client.workflow.start('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [smallRun(source, { fineTune: { ...smallRun('').fineTune, epochs: 4, checkpointSeconds: 1 } })],
    });

  /** Kills one of them and starts it again, or says that there was none to kill. */
  const strike = async (victim: Victim, store: string, log: string[]): Promise<boolean> => {
    if (victim === 'worker') {
      await killed(worker!);
      startWorker(store, log);
    } else if (victim === 'server') {
      await server.kill();
      await server.restart();
    } else {
      const pids = stageProcesses(worker!);
      if (pids.length === 0) return false;
      process.kill(random.pick(pids), 'SIGKILL');
    }
    return true;
  };

  it('leave the dataset as it is without, and no finished stage is made again', async () => {
    const quiet: string[] = [];
    startWorker(join(folder, 'undisturbed'), quiet);
    const expected = (await (await startRun('undisturbed')).result()) as RunResult;
    await killed(worker!);

    const strikes = { worker: 0, 'stage process': 0, server: 0 };
    const count = () => Object.values(strikes).reduce((sum, each) => sum + each);
    for (let round = 1; count() < KILLS; round++) {
      const store = join(folder, `disturbed-${round}`);
      const log: string[] = [];
      startWorker(store, log);
      const handle = await startRun(`disturbed-${round}`);
      const artifacts = new Artifacts(store);
      const ended = patiently(() => handle.result() as Promise<RunResult>);
      let done = false;
      const note = () => {
        done = true;
      };
      ended.then(note, note);
      while (!done) {
        artifacts.look();
        await retryWaiting(handle).catch(() => {});
        // Only where work is being done can any be lost.
        if (count() >= KILLS || stageProcesses(worker!).length === 0) {
          await Promise.race([ended, setTimeout(200)]);
          continue;
        }
        await Promise.race([ended, setTimeout(random.int(PAUSE_MS))]);
        const victim = random.pick<Victim>(['worker', 'stage process', 'server']);
        if (!done && (await strike(victim, store, log))) strikes[victim]++;
      }
      const result = await ended;
      artifacts.look();
      assert.equal(result.dataset.digest, expected.dataset.digest);
      assert.deepEqual(result.methods, expected.methods);
      assert.deepEqual(madeTwice(log), [], 'each activity did its work once');
      if (process.env.VERBOSE) console.log(`      after ${round} runs: ${JSON.stringify(strikes)}`);
      await killed(worker!);
    }
  });
});

/** The finished artifacts of a store, each of which must stay the one it was. */
class Artifacts {
  readonly #store: string;
  readonly #seen = new Map<string, number>();

  constructor(store: string) {
    this.#store = store;
  }

  look(): void {
    const there = new Map(
      globSync(`*/*/${MANIFEST}`, { cwd: this.#store, ignore: [`${STAGING}/**`] }).map((path) => [
        path,
        statSync(join(this.#store, path)).ino,
      ]),
    );
    for (const [path, inode] of this.#seen)
      assert.equal(there.get(path), inode, `${path} was finished, and is gone or was made again`);
    for (const [path, inode] of there) this.#seen.set(path, inode);
  }
}

/** What comes of a promise that a lost connection makes anew. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof WorkflowFailedError) throw error;
      await setTimeout(500);
    }
}

/** As a person would who looks at the page now and then. */
async function retryWaiting(handle: WorkflowHandle): Promise<void> {
  const { classes } = await handle.query(progressQuery);
  for (const branch of classes)
    if (branch.state === 'waiting')
      await handle.executeUpdate(retryClassUpdate, { args: [{ class: branch.class }] });
}

/** Activities that ended more than once with work of their own, by the workers' log. */
function madeTwice(log: readonly string[]): string[] {
  const done = log
    .join('')
    .split('\n')
    .filter((line) => line.includes(' is done'))
    .map((line) => JSON.parse(line) as { cached?: boolean; workflowId: string; activityId: string })
    .filter(({ cached }) => cached === false)
    .map(({ workflowId, activityId }) => `${workflowId} ${activityId}`);
  return done.filter((each, index) => done.indexOf(each) !== index);
}
