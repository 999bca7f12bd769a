/** Gives each worker a task as soon as it has none. The first failure ends them all. @throws it, or the signal's reason */
export async function distribute<Worker, Task>(
  tasks: readonly Task[],
  workers: readonly Worker[],
  signal: AbortSignal | undefined,
  work: (worker: Worker, task: Task, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal]);
  const waiting = tasks.values();
  const outcomes = await Promise.allSettled(
    workers.map(async (worker) => {
      for (const task of waiting)
        await work(worker, task, stop).catch((error: unknown) => {
          failure.abort(error);
          throw error;
        });
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
