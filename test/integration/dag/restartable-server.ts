/** A Temporal server with its database in a file, on one port for good: it can be killed and comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ensureTemporalServer } from '../../../setup/temporal-server.ts';
import { until } from './system.ts';

const HOST = '127.0.0.1';

export class RestartableServer {
  readonly address: string;
  readonly #command: [executable: string, args: string[]];
  #process: ChildProcess | undefined;

  private constructor(executable: string, folder: string, port: number) {
    this.address = `${HOST}:${port}`;
    this.#command = [
      executable,
      [
        ...['server', 'start-dev', '--headless', '--log-level', 'never', '--ip', HOST],
        ...['--port', String(port), '--db-filename', join(folder, 'temporal.db')],
      ],
    ];
  }

  /** Starts a server whose database lies in `folder`, and waits until it answers. */
  static async start(folder: string): Promise<RestartableServer> {
    const server = new RestartableServer(await ensureTemporalServer(), folder, await freePort());
    await server.restart();
    return server;
  }

  /** Starts it again after `kill`, and waits until it answers. */
  async restart(): Promise<void> {
    this.#process = spawn(...this.#command, { stdio: 'ignore' });
    await until('the server to answer', () => answers(this.address));
  }

  /** Ends it by SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#process) await killed(this.#process);
  }
}

/** Ends a process by SIGKILL and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
