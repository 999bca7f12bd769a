import type { T5Config } from './config.ts';

/**
 * Bucket of a relative position (key minus query): half of the buckets for exact distances, the others growing
 * logarithmically up to the maximum distance. As `T5Attention._relative_position_bucket` in transformers.
 */
export function relativeBucket(
  position: number,
  bidirectional: boolean,
  { relativeBuckets, relativeMaxDistance }: Pick<T5Config, 'relativeBuckets' | 'relativeMaxDistance'>,
): number {
  const buckets = bidirectional ? relativeBuckets >> 1 : relativeBuckets;
  const start = bidirectional && position > 0 ? buckets : 0;
  const distance = bidirectional ? Math.abs(position) : Math.max(0, -position);
  const exact = buckets >> 1;
  if (distance < exact) return start + distance;
  // In single precision, as the reference: the borders of the buckets fall on powers where the last bit decides.
  const { fround } = Math;
  const growth = fround(
    fround(Math.log(fround(distance / exact))) / fround(Math.log(relativeMaxDistance / exact)),
  );
  return start + Math.min(buckets - 1, exact + Math.trunc(fround(growth * (buckets - exact))));
}
