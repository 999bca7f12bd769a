import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';

export interface ThreadPoolOptions {
  threads: number;
  /** What each thread is made with. */
  workerData: unknown;
  /** Tasks that each thread has before it, the one it works on included (default 1). */
  tasksOfThread?: number;
}

/**
 * Threads that run a module of this package, from its source or compiled, as the module that asks for them runs.
 * @param name of the module without its ending, as in `./judge-worker`
 * @param from `import.meta.url` of the module that asks
 */
export function createThreadPool<Task, Result>(
  name: string,
  from: string,
  { threads, workerData, tasksOfThread = 1 }: ThreadPoolOptions,
): Piscina<Task, Result> {
  const isSource = from.endsWith('.ts');
  return new Piscina<Task, Result>({
    filename: new URL(`${name}${isSource ? '.ts' : '.js'}`, from).href,
    execArgv: isSource ? ['--import', sourceLoader()] : [],
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: tasksOfThread,
    workerData,
  });
}

/** What makes a thread run source files: tsx on the command line reaches the main thread alone. */
function sourceLoader(): string {
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from '${pathToFileURL(tsx).href}'; register();`;
  return `data:text/javascript,${encodeURIComponent(register)}`;
}
