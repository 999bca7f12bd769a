/** A real Temporal server, real workers as processes of their own, and a client: what the tests of the DAG stand on. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));

export interface System {
  folder: string;
  store: string;
  source: string;
  /** `host:port` of the Temporal server. */
  address: string;
  uiAddress: string;
  client: Client;
  startWorker(modelSlots?: number): ChildProcess;
  stop(): Promise<void>;
}

/** Starts server and client, and writes a small demo corpus. Workers are started by the tests. */
export async function startSystem(): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'counterpoise-dag-'));
  const server = await startEmbeddedServer({ home: folder, log: () => {} });
  const connection = await Connection.connect({ address: server.address });
  const source = join(folder, 'pages.csv');
  await writeDemoCorpus(source, { seed: 7, pages: 900 });
  const workers: ChildProcess[] = [];
  const store = join(folder, 'artifacts');
  return {
    folder,
    store,
    source,
    address: server.address,
    uiAddress: server.uiAddress,
    client: new Client({ connection }),
    startWorker: (modelSlots = 2) => {
      const worker = spawn(
        process.execPath,
        [
          ...[COMMAND, 'worker', '--address', server.address, '--store', store],
          ...['--model-slots', String(modelSlots)],
        ],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      workers.push(worker);
      return worker;
    },
    stop: async () => {
      for (const worker of workers) worker.kill('SIGKILL');
      await connection.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Settings that make every stage do its real work, on little. */
export function smallRun(source: string, change: Partial<RunInput> = {}): RunInput {
  return {
    source,
    classes: { frequent: 2, rare: 2, minRecords: 5 },
    model: { scratch: 'tiny', epochs: 1 },
    fineTune: { epochs: 1, learningRate: 1e-3, maxInputTokens: 48, maxTargetTokens: 48 },
    generate: { target: 30, minLength: 8, maxLength: 24, numBeams: 2, maxRounds: 1, shardSize: 16 },
    filter: { minWords: 1, minDistinctWords: 0, dropDuplicates: false, copyNgram: 0 },
    classifier: { epoch: 2 },
    evaluation: { protocols: ['paper', 'equal-updates'] },
    ...change,
  };
}

/** A fine-tuning whose weights grow ten-thousandfold at each step, until the loss is no number. */
export const DIVERGING = { ...smallRun('').fineTune, epochs: 4, learningRate: 100, weightDecay: 100 };

/** What runs on this machine; megabytes are resident ones, shared pages counted for each. */
export function processes(): { pid: number; parent: number; megabytes: number; command: string }[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+) (.*)$/.exec(line.trimEnd()))
    .filter((match) => match !== null)
    .map(([, pid, parent, kilobytes, command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      megabytes: Number(kilobytes) / 1024,
      command: command!,
    }));
}

/** Ids of the processes in which a worker runs stages: those of one name, for one class, where that is given. */
export function stageProcesses(worker: ChildProcess, stage = '\\w+', name?: string): number[] {
  const wanted = new RegExp(`stage-process\\.[tj]s ${stage}${name === undefined ? '\\b' : ` ${name}$`}`);
  return processes()
    .filter(({ parent, command }) => parent === worker.pid && wanted.test(command))
    .map(({ pid }) => pid);
}

/** Those of the stage processes that still run, whoever their parent is by now; one that nobody has reaped does not. */
export function survivorsOf(pids: readonly number[]): number[] {
  return processes()
    .filter(({ pid, command }) => pids.includes(pid) && command.includes('stage-process'))
    .map(({ pid }) => pid);
}

/** Waits until a condition holds; what it gives is the result. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resume) => setTimeout(resume, 100));
  }
}
