import assert from 'node:assert/strict';
import { introsort, popHeap, pushHeap, sortHeap } from '../../../lib/fasttext/introsort.ts';
import { createRandom } from '../../../lib/random/random.ts';

const before = (a: number, b: number) => a < b;

/** Makes a median-of-three quicksort quadratic (Musser 1997), so that the depth limit is reached. */
function medianKiller(length: number): number[] {
  const half = length / 2;
  return Array.from({ length }, (_, index) => {
    if (index >= half) return 2 * (index - half) + 2;
    return index % 2 === 0 ? index + 1 : half + index + (half % 2);
  });
}

describe('introsort', () => {
  const random = createRandom(1, 'introsort');
  const inputs: [string, number[]][] = [
    ['nothing', []],
    ['one element', [3]],
    ['two elements', [3, 1]],
    ['16 elements', Array.from({ length: 16 }, () => random.int(50))],
    ['17 elements', Array.from({ length: 17 }, () => random.int(50))],
    ['many elements', Array.from({ length: 5000 }, () => random.int(1_000_000))],
    ['many ties', Array.from({ length: 5000 }, () => random.int(3))],
    ['a sorted list', Array.from({ length: 1000 }, (_, index) => index)],
    ['a falling list', Array.from({ length: 1000 }, (_, index) => -index)],
    ['a list that quicksort is slow on', medianKiller(2000)],
  ];
  for (const [what, input] of inputs) {
    it(`sorts ${what}`, () => {
      const items = [...input];
      introsort(items, before);
      assert.deepEqual(
        items,
        [...input].sort((a, b) => a - b),
      );
    });
  }

  it('stays within n log n comparisons where quicksort would be quadratic', () => {
    let comparisons = 0;
    introsort(medianKiller(20_000), (a, b) => {
      comparisons++;
      return a < b;
    });
    assert.ok(comparisons < 20_000 * 15 * 5, `${comparisons} comparisons`);
  });
});

describe('the heap of the best', () => {
  it('keeps the largest and gives them largest first', () => {
    const better = (a: number, b: number) => a > b;
    const heap: number[] = [];
    for (const value of [5, 1, 9, 3, 7, 9, 2, 8]) {
      pushHeap(heap, value, better);
      if (heap.length > 4) popHeap(heap, better);
    }
    sortHeap(heap, better);
    assert.deepEqual(heap, [9, 9, 8, 7]);
  });
});
