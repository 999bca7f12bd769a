/** A Temporal server with its database in a file, on one port for good: it can be killed and comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureTemporalServer } from '../../../setup/temporal-server.ts';
import { answers, freePorts } from '../../../worker/embedded-server.ts';
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
    const [port] = await freePorts(1);
    const server = new RestartableServer(await ensureTemporalServer(), folder, port!);
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
