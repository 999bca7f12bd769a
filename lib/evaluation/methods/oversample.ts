import { oversample as sample } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Each class drawn with replacement up to the largest. */
export const oversample: BalancingMethod = { name: 'Oversample', draw: sample };
