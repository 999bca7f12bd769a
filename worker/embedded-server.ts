/** Temporal's development server as a child of this process, with its database in the home folder: so runs survive a restart. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { ensureTemporalServer } from '../setup/temporal-server.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';

export interface EmbeddedServer {
  /** `host:port` for clients and workers. */
  address: string;
  uiAddress: string;
  /** Rejects if the server exits without being stopped; never resolves. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/** The embedded Temporal server did not start, or exited unexpectedly. */
class EmbeddedServerFailed extends Error {
  override readonly name = 'EmbeddedServerFailed';
}

/** Not `localhost`, which programs resolve to either IPv4 or IPv6. */
const HOST = '127.0.0.1';
const START_LIMIT_MS = 60_000;
const START_ATTEMPTS = 3;
const LOOK_MS = 100;
const SETPRIV = '/usr/bin/setpriv';
const STOP_GRACE_MS = 10_000;

const DYNAMIC_CONFIG = [
  // Fairness works within a partition of a queue, so there is only one.
  'matching.useNewMatcher=true',
  'matching.enableFairness=true',
  'matching.numTaskqueueWritePartitions=1',
  // Bytes of a workflow's updates in flight. Rejected ones return in one message, of at most 4 MB.
  'history.maxInFlightUpdatePayloads=2500000',
];

/** Search attribute types, as spelled on the server's command line. */
const ATTRIBUTE_TYPES: Record<string, string> = { KEYWORD: 'Keyword', DOUBLE: 'Double', BOOL: 'Bool' };

/**
 * Starts the server on free ports, and waits until it responds. @param options.log called if the server exits unexpectedly
 * @throws {SetupFailed} without the executable; {EmbeddedServerFailed} if it does not start
 */
export async function startEmbeddedServer(options: {
  home: string;
  log: (line: string) => void;
}): Promise<EmbeddedServer> {
  const executable = await ensureTemporalServer();
  const folder = join(options.home, 'temporal');
  await mkdir(folder, { recursive: true });
  const deadline = performance.now() + START_LIMIT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(executable, folder, options.log);
    } catch (error) {
      // Another process may take a port between its choice and its use.
      if (attempt === START_ATTEMPTS || performance.now() >= deadline) throw error;
    }
  }
}

async function start(
  executable: string,
  folder: string,
  log: (line: string) => void,
): Promise<EmbeddedServer> {
  const [port, uiPort] = await freePorts(2);
  const address = `${HOST}:${port}`;
  const logFile = join(folder, 'server.log');
  const child = spawnServer(executable, folder, logFile, [
    ...['--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)],
    ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...SEARCH_ATTRIBUTES.map(({ name, type }) => `--search-attribute=${name}=${ATTRIBUTE_TYPES[type]}`),
  ]);
  const endAtExit = () => child.kill('SIGTERM');
  process.once('exit', endAtExit);
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await end(child);
    process.off('exit', endAtExit);
  };
  const failed = once(child, 'exit').then(async ([code, signal]) => {
    if (stopping) return new Promise<never>(() => {});
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    throw await failure(how, logFile);
  });
  try {
    await Promise.race([untilItAnswers(address, logFile), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  failed.catch((error: Error) => log(error.message));
  return { address, uiAddress: `http://${HOST}:${uiPort}`, failed, stop };
}

function spawnServer(executable: string, folder: string, logFile: string, args: string[]): ChildProcess {
  const database = ['--db-filename', join(folder, 'temporal.db')];
  const server = [executable, 'server', 'start-dev', ...database, '--log-level', 'warn', ...args];
  // On Linux the kernel kills the server with this process. Elsewhere this process must stop it on exit.
  const [command, ...rest] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'TERM', ...server] : server;
  const log = openSync(logFile, 'w');
  try {
    // Its own process group: Ctrl-C reaches the whole group of the terminal, and the server must outlive the worker.
    return spawn(command!, rest, { detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await ended;
  clearTimeout(timer);
}

async function untilItAnswers(address: string, logFile: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await answers(address))) {
    if (performance.now() > deadline)
      throw await failure(`did not answer within ${START_LIMIT_MS / 1000} s`, logFile);
    await sleep(LOOK_MS);
  }
}

/** Whether a server has its namespace yet: it responds before it does. */
export async function answers(address: string): Promise<boolean> {
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

/** Distinct free ports: all are held until the last is chosen. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Quotes the last error in the server's log, if any. */
async function failure(how: string, logFile: string): Promise<EmbeddedServerFailed> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const errors = [...log.matchAll(/^(?:.* level=ERROR msg="([^"]*)".*|Error: (.*))$/gm)];
  const [, message, error = message] = errors.at(-1) ?? [];
  return new EmbeddedServerFailed(
    `the embedded Temporal server ${how}${error ? `: ${error}` : ''}. Its log: ${logFile}`,
  );
}
