import { MarkovCorpus } from '../../balancing/markov.ts';
import { makeUpToLargest, oversample } from '../../balancing/sampling.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Records written from the word n-grams of each class, then Oversample. */
export const markov: BalancingMethod = {
  name: 'Markov',
  makeRecords: (training, random) => {
    const corpus = new MarkovCorpus(training.map(({ text }) => text));
    return makeUpToLargest(training, random, (texts) => corpus.generator(texts));
  },
  draw: oversample,
};
