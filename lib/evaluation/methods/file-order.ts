import type { BalancingMethod } from './balancing-method.ts';

/** Regular in the order of the file: what anybody gets who gives the file to fastText. */
export const fileOrder: BalancingMethod = {
  name: 'Regular, file order',
  draw: (labels) => Int32Array.from(labels.keys()),
};
