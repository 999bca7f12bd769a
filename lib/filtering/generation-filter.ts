import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import { NearDuplicateIndex } from '../corpus/duplicates/near-duplicate-index.ts';
import type { Page } from '../corpus/page.ts';
import type { FilterSettings } from '../settings/settings.ts';
import type { LabelReader } from './label-reader.ts';

export type RejectionReason =
  | 'incomplete'
  | 'degenerate'
  | 'copied'
  | 'duplicate'
  | 'nearDuplicate'
  | 'unchanged'
  | 'improbable'
  | 'otherLabel'
  | 'otherWords';
export type FilterOutcome = 'kept' | RejectionReason;

export interface Generated {
  prompt: string;
  text: string;
  /** The answer has another form than was asked. */
  incomplete?: boolean | undefined;
  /** Ids of the real records that the prompt was made of. */
  sources?: readonly string[] | undefined;
  /** Share of what the model learnt that it finds less probable, a token; unknown for what it was not taught. */
  fluency?: number | undefined;
}

export interface FilterMaterial {
  /** The training records of the class. */
  records: readonly Pick<Page, 'id' | 'text'>[];
  /** The class, and what scores how much a text looks like it; without it no text is dropped for its class. */
  label?: string;
  labels?: Pick<LabelReader, 'ranksOf'> | undefined;
}

/** A generated record with its words, compared without case, spaces and punctuation. */
interface Candidate extends Generated {
  words: readonly string[];
  comparable: string;
}

interface Rule {
  /** Why a record is dropped, if it is. */
  drops(candidate: Candidate): RejectionReason | false;
  /** Called with every record that is kept. */
  remember?(candidate: Candidate): void;
}

/**
 * Decides which generated records of one class may join the dataset. In this order:
 *
 * - `incomplete`: the answer has another form than was asked;
 * - `degenerate`: too few words, or too small a share of distinct ones;
 * - `copied`: shares `copyNgram` words in a row with a training record, except such as stood in its own prompt;
 * - `duplicate`: the same as an earlier kept one, but for case, spaces and punctuation;
 * - `unchanged`: too small a share of words that its sources do not have;
 * - `nearDuplicate`: shares most of its word sequences with a training record or an earlier kept one;
 * - `improbable`: its own model finds it less probable than nearly all that it learnt;
 * - `otherLabel`, `otherWords`: less like its class than nearly all real records are, to a classifier and by its
 *   nearness to the classes' mean records, neither of which has seen its sources.
 * @returns what decides on one record, and remembers it so that a later repetition is a duplicate
 */
export function createFilter(
  { records, label, labels }: FilterMaterial,
  settings: FilterSettings,
): (record: Generated) => FilterOutcome {
  const {
    copyNgram,
    dropDuplicates,
    newWords,
    nearDuplicates,
    fluency: leastFluency,
    label: least,
  } = settings;
  const rules: Rule[] = [
    { drops: ({ incomplete }) => incomplete === true && 'incomplete' },
    { drops: ({ words }) => isDegenerate(words, settings) && 'degenerate' },
    ...(copyNgram > 0 ? [copiedRule(records, copyNgram)] : []),
    ...(dropDuplicates ? [duplicateRule()] : []),
    ...(newWords > 0 ? [unchangedRule(records, newWords)] : []),
    ...(nearDuplicates !== null ? [nearDuplicateRule(records, nearDuplicates)] : []),
    { drops: ({ fluency = 1 }) => fluency < leastFluency && 'improbable' },
    ...(label !== undefined && labels && least > 0 ? [classRule(label, labels, least)] : []),
  ];
  return (record) => {
    const words = comparableWords(record.text.replace(/<extra_id_\d+>/g, ' '));
    const candidate = { ...record, words, comparable: words.join(' ') };
    for (const rule of rules) {
      const reason = rule.drops(candidate);
      if (reason) return reason;
    }
    for (const rule of rules) rule.remember?.(candidate);
    return 'kept';
  };
}

function isDegenerate(words: readonly string[], settings: FilterSettings): boolean {
  if (words.length === 0 || words.length < settings.minWords) return true;
  return new Set(words).size / words.length < settings.minDistinctWords;
}

function copiedRule(records: FilterMaterial['records'], n: number): Rule {
  const training = new NgramSet(n);
  for (const { text } of records) training.add(comparableWords(text));
  return {
    drops: ({ words, prompt }) =>
      training.hasAny(words, new Set(ngramHashes(comparableWords(prompt), n))) && 'copied',
  };
}

function duplicateRule(): Rule {
  const earlier = new Set<string>();
  return {
    drops: ({ comparable }) => earlier.has(comparable) && 'duplicate',
    remember: ({ comparable }) => {
      earlier.add(comparable);
    },
  };
}

function unchangedRule(records: FilterMaterial['records'], least: number): Rule {
  const texts = new Map(records.map(({ id, text }) => [id, text]));
  return {
    drops: ({ words, sources = [] }) => {
      if (sources.length === 0) return false;
      const known = new Set(sources.flatMap((id) => comparableWords(texts.get(id) ?? '')));
      return words.filter((word) => !known.has(word)).length < least * words.length && 'unchanged';
    },
  };
}

function nearDuplicateRule(records: FilterMaterial['records'], similarity: number): Rule {
  const known = new NearDuplicateIndex(similarity);
  for (const { text } of records) known.add(text);
  return {
    drops: ({ text }) => known.find(text) !== undefined && 'nearDuplicate',
    remember: ({ text }) => {
      known.add(text);
    },
  };
}

function classRule(label: string, labels: Pick<LabelReader, 'ranksOf'>, least: number): Rule {
  return {
    drops: ({ text, sources = [] }) => {
      const { classifier, nearness } = labels.ranksOf(text, label, sources);
      if (classifier < least) return 'otherLabel';
      return nearness < least && 'otherWords';
    },
  };
}
