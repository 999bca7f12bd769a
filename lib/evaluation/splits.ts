import { countEach } from '../arithmetic/counts.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';

/** Draws anew which records are held out: of each class as many as before. */
export function splitAnew(
  train: readonly Page[],
  test: readonly Page[],
  random: Random,
): { train: Page[]; test: Page[] } {
  const heldOut = countEach(test.map(({ label }) => label));
  const split = { train: [] as Page[], test: [] as Page[] };
  for (const page of random.shuffle([...train, ...test])) {
    const left = heldOut.get(page.label) ?? 0;
    if (left > 0) heldOut.set(page.label, left - 1);
    split[left > 0 ? 'test' : 'train'].push(page);
  }
  return split;
}
