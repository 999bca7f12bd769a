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
  if (items.length < 2) return;
  partitionDown(items, 0, items.length, 2 * (31 - Math.clz32(items.length)), before);
  const guarded = Math.min(items.length, SMALL);
  for (let place = 1; place < guarded; place++)
    insert(items, place, before(items[place]!, items[0]!), before);
  for (let place = guarded; place < items.length; place++) insert(items, place, false, before);
}

/** Quicksort until the pieces are small, the right part first by recursion. */
function partitionDown<T>(
  items: Items<T>,
  first: number,
  end: number,
  depth: number,
  before: Before<T>,
): void {
  let last = end;
  for (let left = depth; last - first > SMALL; left--) {
    if (left === 0) {
      heapSort(items, first, last, before);
      return;
    }
    medianToFront(items, first, first + 1, first + ((last - first) >> 1), last - 1, before);
    const cut = partition(items, first + 1, last, items[first]!, before);
    partitionDown(items, cut, last, left - 1, before);
    last = cut;
  }
}

function medianToFront<T>(
  items: Items<T>,
  to: number,
  a: number,
  b: number,
  c: number,
  before: Before<T>,
): void {
  const [x, y, z] = [items[a]!, items[b]!, items[c]!];
  let median: number;
  if (before(x, y)) median = before(y, z) ? b : before(x, z) ? c : a;
  else median = before(x, z) ? a : before(y, z) ? c : b;
  swap(items, to, median);
}

/** The pivot lies in front of the range, so that neither scan can leave it. */
function partition<T>(items: Items<T>, first: number, end: number, pivot: T, before: Before<T>): number {
  let low = first;
  let high = end;
  for (;;) {
    while (before(items[low]!, pivot)) low++;
    high--;
    while (before(pivot, items[high]!)) high--;
    if (low >= high) return low;
    swap(items, low, high);
    low++;
  }
}

function insert<T>(items: Items<T>, place: number, toFront: boolean, before: Before<T>): void {
  const value = items[place]!;
  let hole = place;
  while (toFront ? hole > 0 : before(value, items[hole - 1]!)) {
    items[hole] = items[hole - 1]!;
    hole--;
  }
  items[hole] = value;
}

function heapSort<T>(items: Items<T>, first: number, last: number, before: Before<T>): void {
  const length = last - first;
  for (let parent = (length - 2) >> 1; parent >= 0; parent--) {
    sift(items, first, parent, length, items[first + parent]!, before);
  }
  for (let end = last - 1; end > first; end--) {
    const value = items[end]!;
    items[end] = items[first]!;
    sift(items, first, 0, end - first, value, before);
  }
}

/** Lets the hole sink to a leaf, then lifts the value from there: fewer comparisons than sinking the value. */
function sift<T>(
  items: Items<T>,
  first: number,
  top: number,
  length: number,
  value: T,
  before: Before<T>,
): void {
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

function lift<T>(
  items: Items<T>,
  first: number,
  from: number,
  top: number,
  value: T,
  before: Before<T>,
): void {
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
  for (let end = heap.length - 1; end > 0; end--) {
    const value = heap[end]!;
    heap[end] = heap[0]!;
    sift(heap, 0, 0, end, value, before);
  }
}

function swap<T>(items: Items<T>, a: number, b: number): void {
  const kept = items[a]!;
  items[a] = items[b]!;
  items[b] = kept;
}
