import { undersample as sample } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Each class cut to the smallest. */
export const undersample: BalancingMethod = {
  name: 'Undersample',
  draw: (labels, random, { undersamplePercentile }) => sample(labels, random, undersamplePercentile),
};
