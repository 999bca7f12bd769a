/**
 * Sorting and heaps with the permutation of libstdc++'s `std::sort` and `std::push_heap`.
 *
 * fastText sorts its dictionary by count with an unstable sort, and the place a word gets decides which random start
 * weights it gets and how ties between labels fall. To agree with it, equal counts must end up in the same order,
 * hence the same algorithm: quicksort with the median of three, and insertion sort for runs of at most 16. The heap sort
 * that `std::sort` falls back on is left out: no counts of words lead to it.
 */

/** A list or typed array whose elements are moved about. */
interface Items<T> {
  [place: number]: T;
  readonly length: number;
}

export type Before<T> = (first: T, second: T) => boolean;

const SMALL = 16;

/** Sorts in place; elements of which neither is before the other keep the order `std::sort` leaves them in. */
export function introsort<T>(items: Items<T>, before: Before<T>): void {
  const swap = (a: number, b: number) => {
    const kept = items[a]!;
    items[a] = items[b]!;
    items[b] = kept;
  };

  const medianToFront = (to: number, a: number, b: number, c: number) => {
    const [x, y, z] = [items[a]!, items[b]!, items[c]!];
    if (before(x, y)) swap(to, before(y, z) ? b : before(x, z) ? c : a);
    else swap(to, before(x, z) ? a : before(y, z) ? c : b);
  };

  /** The pivot lies in front of the range, so that neither scan can leave it. */
  const partition = (first: number, end: number, pivot: T): number => {
    let [low, high] = [first, end];
    for (;;) {
      while (before(items[low]!, pivot)) low++;
      high--;
      while (before(pivot, items[high]!)) high--;
      if (low >= high) return low;
      swap(low, high);
      low++;
    }
  };

  /** Quicksort until the pieces are small, the right part first by recursion. */
  const partitionDown = (first: number, end: number): void => {
    let last = end;
    while (last - first > SMALL) {
      medianToFront(first, first + 1, first + ((last - first) >> 1), last - 1);
      const cut = partition(first + 1, last, items[first]!);
      partitionDown(cut, last);
      last = cut;
    }
  };

  const insert = (place: number, toFront: boolean) => {
    const value = items[place]!;
    let hole = place;
    for (; toFront ? hole > 0 : before(value, items[hole - 1]!); hole--) items[hole] = items[hole - 1]!;
    items[hole] = value;
  };

  if (items.length < 2) return;
  partitionDown(0, items.length);
  for (let place = 1; place < items.length; place++)
    insert(place, place < SMALL && before(items[place]!, items[0]!));
}

/** Lets the hole sink to a leaf, then lifts the value from there: fewer comparisons than sinking the value. */
function sift<T>(heap: T[], length: number, value: T, before: Before<T>) {
  let hole = 0;
  let child = 0;
  while (child < (length - 1) >> 1) {
    child = 2 * (child + 1);
    if (before(heap[child]!, heap[child - 1]!)) child--;
    heap[hole] = heap[child]!;
    hole = child;
  }
  if (length % 2 === 0 && child === (length - 2) >> 1) {
    child = 2 * child + 1;
    heap[hole] = heap[child]!;
    hole = child;
  }
  lift(heap, hole, value, before);
}

function lift<T>(heap: T[], from: number, value: T, before: Before<T>) {
  let hole = from;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!before(heap[parent]!, value)) break;
    heap[hole] = heap[parent]!;
    hole = parent;
  }
  heap[hole] = value;
}

/** Adds to a heap whose front is the element that no other comes after. */
export function pushHeap<T>(heap: T[], value: T, before: Before<T>): void {
  heap.push(value);
  lift(heap, heap.length - 1, value, before);
}

/** Takes the front off a heap that `pushHeap` built with the same order. */
export function popHeap<T>(heap: T[], before: Before<T>): void {
  const value = heap.pop()!;
  if (heap.length > 0) sift(heap, heap.length, value, before);
}

/** Turns a heap into a list sorted by the same order. */
export function sortHeap<T>(heap: T[], before: Before<T>): void {
  for (let end = heap.length - 1; end > 0; end--) {
    const value = heap[end]!;
    heap[end] = heap[0]!;
    sift(heap, end, value, before);
  }
}
