import assert from 'node:assert/strict';
import { introsort, popHeap, pushHeap, sortHeap } from '../../../lib/fasttext/introsort.ts';
import { createRandom } from '../../../lib/random/random.ts';

const before = (a: number, b: number) => a < b;

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
