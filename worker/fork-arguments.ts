import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { moduleUrl } from '../lib/threads/thread-pool.ts';

/**
 * The arguments for Node itself with which a process of this package is forked: a source file runs through tsx,
 * however this process was started; a compiled one runs as it is. Nothing is inherited, because a debugger's port or a
 * loader of a host application has no business in a stage process.
 * @param entry the file to run
 */
export function forkArguments(entry: URL): string[] {
  if (!entry.pathname.endsWith('.ts')) return [];
  // By address, so that the working directory does not matter.
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(tsx).href];
}

/** Characters kept of what a process wrote to its standard error. */
const LAST_WORDS = 2_000;

/**
 * Forks a module of this package for work with the engine.
 * @param name of the module without its ending, as in `./stage-process`
 * @param from `import.meta.url` of the module that asks
 * @param options.threads that TensorFlow may use
 */
export function forkModelProcess(
  name: string,
  from: string,
  { threads, args = [], env = process.env }: { threads: number; args?: string[]; env?: NodeJS.ProcessEnv },
): { child: ChildProcess; lastWords: () => string } {
  const entry = moduleUrl(name, from);
  const child = fork(entry, args, {
    execArgv: forkArguments(entry),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...env, TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  let tail = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-LAST_WORDS);
  });
  return { child, lastWords: () => tail.trim() };
}
