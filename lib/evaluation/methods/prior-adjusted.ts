import { inRandomOrder } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/**
 * Trained as Regular; then a share of the classes' log priors is taken off their log probabilities (Menon et al. 2021,
 * "Long-tail learning via logit adjustment", arXiv 2007.07314, post hoc).
 */
export const priorAdjusted: BalancingMethod = {
  name: 'Prior-adjusted',
  draw: inRandomOrder,
  priorStrengths: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
};
