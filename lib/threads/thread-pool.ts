import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { threadModule } from './thread-module.ts';

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

/** Threads that run a module of this package, which is named as for `threadModule`. */
export function createThreadPool<Task, Result>(
  name: string,
  from: string,
  { threads, idleMs = 0, workerData, tasksOfThread = 1 }: ThreadPoolOptions,
): Piscina<Task, Result> {
  const { url, execArgv } = threadModule(name, from);
  return new Piscina<Task, Result>({
    filename: url.href,
    execArgv,
    minThreads: threads ?? 0,
    maxThreads: threads ?? availableParallelism(),
    idleTimeout: idleMs,
    concurrentTasksPerWorker: tasksOfThread,
    workerData,
  });
}
