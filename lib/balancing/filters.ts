import type { FilterSettings } from '../settings/settings.ts';
import { NgramSet, ngramHashes } from './ngram-set.ts';
import { comparableWords } from './words.ts';

export type DropReason = 'degenerate' | 'duplicate' | 'copied';
export type Verdict = 'kept' | DropReason;

export interface Generated {
  prompt: string;
  text: string;
}

export interface GenerationFilter {
  /** Decides on one record, and remembers it so that a later repetition is a duplicate. */
  judge(record: Generated): Verdict;
  /** How many records got which verdict so far. */
  readonly counts: Readonly<Record<Verdict, number>>;
}

/**
 * Decides which generated records of one class may join the dataset. In this order:
 *
 * - `degenerate`: too few words, or too small a share of distinct ones;
 * - `copied`: shares `copyNgram` words in a row with a training record, except such as stood in its own prompt;
 * - `duplicate`: the same as an earlier kept one, but for case, spaces and punctuation.
 * @param trainingTexts the training records of the class
 */
export function createFilter(trainingTexts: Iterable<string>, settings: FilterSettings): GenerationFilter {
  const counts: Record<Verdict, number> = { kept: 0, degenerate: 0, duplicate: 0, copied: 0 };
  const training = new NgramSet(settings.copyNgram);
  if (settings.copyNgram > 0) for (const text of trainingTexts) training.add(comparableWords(text));
  const earlier = new Set<string>();

  const verdict = ({ prompt, text }: Generated): Verdict => {
    const words = comparableWords(text.replace(/<extra_id_\d+>/g, ' '));
    if (isDegenerate(words, settings)) return 'degenerate';
    if (settings.copyNgram > 0) {
      const prompted = new Set(ngramHashes(comparableWords(prompt), settings.copyNgram));
      if (training.hasAny(words, prompted)) return 'copied';
    }
    const comparable = words.join(' ');
    if (settings.dropDuplicates && earlier.has(comparable)) return 'duplicate';
    earlier.add(comparable);
    return 'kept';
  };

  return {
    counts,
    judge: (record) => {
      const outcome = verdict(record);
      counts[outcome]++;
      return outcome;
    },
  };
}

function isDegenerate(words: readonly string[], settings: FilterSettings): boolean {
  if (words.length === 0 || words.length < settings.minWords) return true;
  return new Set(words).size / words.length < settings.minDistinctWords;
}
