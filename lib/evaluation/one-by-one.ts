/** What the classifiers of our own have in common, which go through records one by one. */
import { setImmediate } from 'node:timers/promises';

const AT_A_TIME = 500;

/** Goes through items with turns of the event loop between them. Throws the signal's reason when it is aborted. */
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

/** The best class once the logarithms are shifted; of equal ones the first, undefined where there is none. */
export function mostProbable(
  candidates: readonly { label: string; probability: number }[],
  logShift: ReadonlyMap<string, number> | undefined,
): string | undefined {
  const scores = candidates.map(
    ({ label, probability }) => Math.log(probability) + (logShift?.get(label) ?? 0),
  );
  return candidates[scores.indexOf(Math.max(...scores))]?.label;
}
