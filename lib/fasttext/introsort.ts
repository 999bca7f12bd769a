/**
 * Sorting and heaps with the permutation of libstdc++'s `std::sort` and `std::push_heap`.
 *
 * fastText sorts its dictionary by count with an unstable sort, and the place a word gets decides which random start
 * weights it gets and how ties between labels fall. To agree with it, equal counts must end up in the same order,
 * hence the same algorithm: quicksort to a depth of 2 log2(n) with the median of three, heap sort beyond, and
 * insertion sort for runs of at most 16 (Musser 1997, "Introspective sorting and selection algorithms").
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
  const partitionDown = (first: number, end: number, depth: number): void => {
    let last = end;
    for (let left = depth; last - first > SMALL; left--) {
      if (left === 0) {
        heapSort(items, first, last, before);
        return;
      }
      medianToFront(first, first + 1, first + ((last - first) >> 1), last - 1);
      const cut = partition(first + 1, last, items[first]!);
      partitionDown(cut, last, left - 1);
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
  partitionDown(0, items.length, 2 * (31 - Math.clz32(items.length)));
  for (let place = 1; place < items.length; place++)
    insert(place, place < SMALL && before(items[place]!, items[0]!));
}

function heapSort<T>(items: Items<T>, first: number, last: number, before: Before<T>): void {
  const length = last - first;
  for (let parent = (length - 2) >> 1; parent >= 0; parent--)
    sift(items, first, parent, length, items[first + parent]!, before);
  popAll(items, first, last, before);
}

/** Puts the front of a heap behind what is left of it, until nothing is. */
function popAll<T>(items: Items<T>, first: number, last: number, before: Before<T>): void {
  for (let end = last - 1; end > first; end--) {
    const value = items[end]!;
    items[end] = items[first]!;
    sift(items, first, 0, end - first, value, before);
  }
}

/** Lets the hole sink to a leaf, then lifts the value from there: fewer comparisons than sinking the value. */
function sift<T>(items: Items<T>, first: number, top: number, length: number, value: T, before: Before<T>) {
  let hole = top;
  let child = top;
  while (child < (length - 1) >> 1) {
    child = 2 * (child + 1);
    if (before(items[first + child]!, items[first + child - 1]!)) child--;
    items[first + hole] = items[first + child]!;
    hole = child;
  }
  if (length % 2 === 0 && child === (length - 2) >> 1) {
    child = 2 * child + 1;
    items[first + hole] = items[first + child]!;
    hole = child;
  }
  lift(items, first, hole, top, value, before);
}

function lift<T>(items: Items<T>, first: number, from: number, top: number, value: T, before: Before<T>) {
  let hole = from;
  while (hole > top) {
    const parent = (hole - 1) >> 1;
    if (!before(items[first + parent]!, value)) break;
    items[first + hole] = items[first + parent]!;
    hole = parent;
  }
  items[first + hole] = value;
}

/** Adds to a heap whose front is the element that no other comes after. */
export function pushHeap<T>(heap: T[], value: T, before: Before<T>): void {
  heap.push(value);
  lift(heap, 0, heap.length - 1, 0, value, before);
}

/** Takes the front off a heap that `pushHeap` built with the same order. */
export function popHeap<T>(heap: T[], before: Before<T>): void {
  const value = heap.pop()!;
  if (heap.length > 0) sift(heap, 0, 0, heap.length, value, before);
}

/** Turns a heap into a list sorted by the same order. */
export function sortHeap<T>(heap: T[], before: Before<T>): void {
  popAll(heap, 0, heap.length, before);
}
