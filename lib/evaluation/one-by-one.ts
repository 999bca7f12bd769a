/** Shared by the built-in classifiers, which process records one by one. */
import { setImmediate } from 'node:timers/promises';

const AT_A_TIME = 500;

/** Processes items, yielding to the event loop. Throws the signal's reason when it is aborted. */
export async function* oneByOne<T>(items: Iterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  let done = 0;
  for (const item of items) {
    if (done++ % AT_A_TIME === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    yield item;
  }
}

/** The best class after shifting the log probabilities; the first of equal ones, undefined if empty. */
export function mostProbable(
  candidates: readonly { label: string; probability: number }[],
  logShift: ReadonlyMap<string, number> | undefined,
): string | undefined {
  const scores = candidates.map(
    ({ label, probability }) => Math.log(probability) + (logShift?.get(label) ?? 0),
  );
  return candidates[scores.indexOf(Math.max(...scores))]?.label;
}
