/** A real S3 server with a bucket in a folder, for the tests of everything that lies in buckets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureS3Server } from '../../setup/s3-server.ts';
import { temporaryFolder } from '../unit/temporary-folder.ts';

export interface S3Server {
  bucket: string;
  /** Where the server keeps the bucket's objects, by their keys. */
  folder: string;
  /** What a process needs in its environment to reach the server. */
  environment: Record<string, string>;
  /** Starts the server again after it was stopped, at the same address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const SETPRIV = '/usr/bin/setpriv';
const ACCESS_KEY = 'tester';
const SECRET_KEY = 'not-so-secret';

let running: Promise<S3Server> | undefined;

/** The server of this process, which reaches it from the first call on; it goes when the process ends. */
export function s3Server(): Promise<S3Server> {
  running ??= startServer();
  return running;
}

async function startServer(): Promise<S3Server> {
  const executable = await ensureS3Server();
  const bucket = 'artifacts';
  const root = temporaryFolder();
  mkdirSync(join(root, 'buckets', bucket), { recursive: true });
  mkdirSync(join(root, 'iam'));
  const address = `127.0.0.1:${await freePort()}`;
  const environment = {
    AWS_ENDPOINT_URL_S3: `http://${address}`,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_REGION: 'us-east-1',
  };
  Object.assign(process.env, environment);
  let server: ChildProcess | undefined;
  const start = async () => {
    const command = [
      // It must go with a process that ends without a word, as mocha's do: whoever reads their output waits for all who hold it.
      ...(existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : []),
      executable,
    ];
    server = spawn(
      command[0]!,
      [
        ...command.slice(1),
        ...['--access', ACCESS_KEY, '--secret', SECRET_KEY, '--port', address, '--quiet'],
        ...['--iam-dir', join(root, 'iam'), 'posix', join(root, 'buckets')],
      ],
      { stdio: 'ignore' },
    );
    server.unref();
    await untilAnswering(environment.AWS_ENDPOINT_URL_S3);
  };
  const stop = async () => {
    const ended = new Promise((resume) => server?.once('exit', resume));
    server?.kill('SIGKILL');
    await ended;
  };
  await start();
  process.once('exit', () => server?.kill('SIGKILL'));
  return { bucket, folder: join(root, 'buckets', bucket), environment, start, stop };
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`the S3 server at ${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
