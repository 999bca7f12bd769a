/** The sum of numbers; 0 for none. */
export const sum = (values: Iterable<number>): number => sumBy(values, (value) => value);

/** The sum of a figure of each item; 0 for none. */
export function sumBy<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += figure(item);
  return total;
}

/** The arithmetic mean of numbers; 0 for none. */
export const mean = (values: ArrayLike<number> & Iterable<number>): number =>
  sum(values) / Math.max(1, values.length);
