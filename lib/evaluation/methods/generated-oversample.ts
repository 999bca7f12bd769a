import { oversample } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** The training records and the generated ones, each class drawn with replacement up to the largest. */
export const generatedOversample: BalancingMethod = {
  name: 'Generated + Oversample',
  usesGenerated: true,
  draw: oversample,
  counterpart: 'oversample',
};
