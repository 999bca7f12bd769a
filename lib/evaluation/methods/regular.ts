import { inRandomOrder } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** The training records as they are. */
export const regular: BalancingMethod = { name: 'Regular', draw: inRandomOrder };
