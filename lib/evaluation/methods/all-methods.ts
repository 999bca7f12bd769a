import type { BalancingMethod, Method } from './balancing-method.ts';
import { fileOrder } from './file-order.ts';
import { generated } from './generated.ts';
import { generatedOversample } from './generated-oversample.ts';
import { markov } from './markov.ts';
import { oversample } from './oversample.ts';
import { priorAdjusted } from './prior-adjusted.ts';
import { regular } from './regular.ts';
import { undersample } from './undersample.ts';
import { weighted } from './weighted.ts';
import { wordEdits } from './word-edits.ts';

/** Every method by the name that settings give it, in the order of tables. */
export const BALANCING_METHODS: Readonly<Record<Method, BalancingMethod>> = {
  regular,
  fileOrder,
  undersample,
  oversample,
  weighted,
  priorAdjusted,
  wordEdits,
  markov,
  generated,
  generatedOversample,
};
