import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';

export interface ThreadPoolOptions {
  /** By default as many as there is work for, up to one for each core. */
  threads?: number;
  /** How long a thread without work stays, in milliseconds, where `threads` is not given. */
  idleMs?: number;
  /** What each thread is made with. */
  workerData?: unknown;
  /** Tasks that each thread has before it, the one it works on included (default 1). */
  tasksOfThread?: number;
}

/** Threads that run a module of this package, which is named as for `moduleUrl`. */
export function createThreadPool<Task, Result>(
  name: string,
  from: string,
  { threads, idleMs = 0, workerData, tasksOfThread = 1 }: ThreadPoolOptions,
): Piscina<Task, Result> {
  return new Piscina<Task, Result>({
    filename: moduleUrl(name, from).href,
    execArgv: nodeArguments(from),
    minThreads: threads ?? 0,
    maxThreads: threads ?? availableParallelism(),
    idleTimeout: idleMs,
    concurrentTasksPerWorker: tasksOfThread,
    workerData,
  });
}

/**
 * Address of a module of this package, from its source or compiled, as the module that asks for it runs.
 * @param name the module without its extension, e.g. `./filter-worker`
 * @param from `import.meta.url` of the module that asks
 */
export const moduleUrl = (name: string, from: string): URL =>
  new URL(`${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);

/**
 * Node's own arguments for a thread or process that runs a module: a source file goes through tsx, by its API, because tsx
 * on the command line reaches the main thread alone. Nothing is inherited, such as a debugger's port.
 */
export function nodeArguments(module: string): string[] {
  if (!module.endsWith('.ts')) return [];
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from '${pathToFileURL(tsx).href}'; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
