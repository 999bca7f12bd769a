import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import { NearDuplicateIndex } from '../corpus/duplicates/near-duplicate-index.ts';
import type { Page } from '../corpus/page.ts';
import type { FilterSettings } from '../settings/settings.ts';
import type { LabelReader } from './label-reader.ts';

/** Why a generated record is dropped, in the order of the rules. */
export const REJECTION_REASONS = {
  incomplete: 'an answer in another form than was asked',
  degenerate: 'too few words, or too few distinct ones',
  copied: 'many words in a row from a training record',
  duplicate: 'the same as another generated record',
  unchanged: 'hardly a word that its source does not have',
  nearDuplicate: 'nearly the same as a training record or another generated one',
  improbable: 'less probable to its own model than nearly all that it learnt',
  otherLabel:
    'less like its class than nearly all real records, to a classifier that has not seen its source',
  otherWords: "farther from its class's mean record than nearly all real records",
};
export type RejectionReason = keyof typeof REJECTION_REASONS;
export type FilterOutcome = 'kept' | RejectionReason;

export interface Generated {
  prompt: string;
  text: string;
  /** The answer is malformed. */
  incomplete?: boolean | undefined;
  /** Ids of the real records that the prompt was made of. */
  sources?: readonly string[] | undefined;
  /** Quantile of its log probability per token among training examples; unknown for tasks the model was not trained on. */
  fluency?: number | undefined;
}

export interface FilterMaterial {
  records: readonly Pick<Page, 'id' | 'text'>[];
  /** The class, and its label classifiers; without them, no text is dropped for its class. */
  label?: string;
  labels?: Pick<LabelReader, 'ranksOf'> | undefined;
}

/**
 * Filters the generated records of one class. Words are compared ignoring case, spaces and punctuation; a word sequence of
 * a training record that is also in the record's own prompt does not count as copied.
 * @returns a function that classifies one record, and remembers it to detect later duplicates
 */
export function createFilter(
  { records, label, labels }: FilterMaterial,
  settings: FilterSettings,
): (record: Generated) => FilterOutcome {
  const { copyNgram, newWords, nearDuplicates } = settings;
  const texts = new Map(records.map(({ id, text }) => [id, text]));
  const passages = copyNgram > 0 ? new NgramSet(copyNgram) : undefined;
  const near = nearDuplicates === null ? undefined : new NearDuplicateIndex(nearDuplicates);
  for (const { text } of records) {
    passages?.add(comparableWords(text));
    near?.add(text);
  }
  const earlier = new Set<string>();

  function reasonToDrop(record: Generated, words: readonly string[]): RejectionReason | undefined {
    const { prompt, text, incomplete = false, sources = [], fluency = 1 } = record;
    if (incomplete) return 'incomplete';
    if (isDegenerate(words, settings)) return 'degenerate';
    if (passages?.hasAny(words, new Set(ngramHashes(comparableWords(prompt), copyNgram)))) return 'copied';
    if (settings.dropDuplicates && earlier.has(words.join(' '))) return 'duplicate';
    const known = new Set(sources.flatMap((id) => comparableWords(texts.get(id) ?? '')));
    const isNew = (word: string) => !known.has(word);
    if (sources.length > 0 && words.filter(isNew).length < newWords * words.length) return 'unchanged';
    if (near?.find(text) !== undefined) return 'nearDuplicate';
    if (fluency < settings.fluency) return 'improbable';
    if (label === undefined || !labels) return undefined;
    const { classifier, nearness } = labels.ranksOf(text, label, sources);
    if (classifier < settings.label) return 'otherLabel';
    return nearness < settings.label ? 'otherWords' : undefined;
  }

  return (record) => {
    const words = comparableWords(record.text.replace(/<extra_id_\d+>/g, ' '));
    const reason = reasonToDrop(record, words);
    if (reason) return reason;
    earlier.add(words.join(' '));
    near?.add(record.text);
    return 'kept';
  };
}

function isDegenerate(words: readonly string[], { minWords, minDistinctWords }: FilterSettings): boolean {
  if (words.length === 0 || words.length < minWords) return true;
  return new Set(words).size / words.length < minDistinctWords;
}
