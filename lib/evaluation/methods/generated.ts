import { inRandomOrder } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** The training records and the generated ones. */
export const generated: BalancingMethod = {
  name: 'Generated',
  usesGenerated: true,
  draw: inRandomOrder,
  counterpart: 'regular',
};
