import type { FastTextSettings } from '../../settings/settings.ts';
import { NegativeSamplingLoss, OneVersusAllLoss } from './binary-logistic.ts';
import { HierarchicalSoftmaxLoss } from './hierarchical-softmax.ts';
import type { Loss } from './loss.ts';
import { SoftmaxLoss } from './softmax.ts';

/**
 * The loss that the settings name.
 * @param counts how often each label occurs
 */
export function createLoss(
  { loss, neg }: Pick<FastTextSettings, 'loss' | 'neg'>,
  counts: readonly number[],
): Loss {
  switch (loss) {
    case 'softmax':
      return new SoftmaxLoss();
    case 'ova':
      return new OneVersusAllLoss();
    case 'ns':
      return new NegativeSamplingLoss(neg, counts);
    case 'hs':
      return new HierarchicalSoftmaxLoss(counts);
  }
}
