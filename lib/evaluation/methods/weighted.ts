import { inRandomOrder } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** The training records as they are, each class with the same weight in total: scikit-learn's `class_weight="balanced"`. */
export const weighted: BalancingMethod = {
  name: 'Weighted',
  draw: inRandomOrder,
  classWeights: (sizes) => {
    const records = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    return new Map([...sizes].map(([label, size]) => [label, records / (sizes.size * size)]));
  },
};
