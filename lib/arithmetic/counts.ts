/** How often each of some items occurs, in the order of their first occurrence. */
export function countEach<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) increase(counts, item);
  return counts;
}

/** Increments the count of a key, starting at 0. */
export function increase<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The indices of each distinct item, in the order of first occurrence. */
export function indicesOfEach<T>(items: Iterable<T>): Map<T, number[]> {
  const places = new Map<T, number[]>();
  let place = 0;
  for (const item of items) {
    const known = places.get(item);
    if (known) known.push(place);
    else places.set(item, [place]);
    place++;
  }
  return places;
}
