import { MarkovCorpus } from '../../balancing/markov.ts';
import { inRandomOrder, makeUpToLargest } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Each class filled up to the largest with records written from its word n-grams. */
export const markov: BalancingMethod = {
  name: 'Markov',
  makeRecords: (training, random) => {
    const corpus = new MarkovCorpus(training.map(({ text }) => text));
    return makeUpToLargest(training, random, (texts) => corpus.generator(texts));
  },
  draw: inRandomOrder,
};
