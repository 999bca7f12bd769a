/**
 * The quantile of a list, linearly interpolated (numpy's default).
 * @param share 0 to 1
 * @param ascending at least one value, sorted
 */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!;
  return low + (high - low) * (place - below);
}
