/**
 * What generated records are worth: whether the test leaked into them, how much of them is copied, and how they
 * compare with the real records of their class.
 */
import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import {
  compareVocabulary,
  type Diversity,
  diversityOf,
  type Lengths,
  lengthsOf,
  type VocabularyComparison,
  type Words,
} from './diversity.ts';

/** Words in a row that two texts have in common only when one was taken from the other (the measure of GPT-3's audit). */
export const OVERLAP_WORDS = 13;
/** Runs of words by which novelty is counted. */
const NOVELTY_WORDS = 4;
/** Records of either kind that diversity and vocabulary are taken from: both fall or grow with the number. */
const LARGEST_SAMPLE = 500;
/** The seed of the sample. It is no setting, since no figure worth comparing depends on it. */
const SAMPLE_SEED = 42;

export interface ClassAudit {
  class: string;
  generated: number;
  real: number;
  /** Records that share 13 words in a row with some test record. */
  repeatsTest: {
    generated: number;
    /** Of these, the ones whose shared words no training record of the class has: they cannot come from there. */
    beyondTraining: number;
    /** Training records of the class that do so: text that sites copy from each other. */
    real: number;
    /** Ids of the first generated ones, for a person to look at. */
    examples: string[];
  };
  /** Generated records that copy a training record of their class. */
  copies: {
    generated: number;
    /** The whole text, but for case, spaces and punctuation. */
    whole: number;
    /** 13 words in a row or more. */
    passages: number;
    examples: string[];
  };
  /** Records of either kind that the figures below are taken from; 0 where there is nothing to compare. */
  sample: number;
  diversity?: { generated: Diversity; real: Diversity };
  /** Share of the generated runs of 4 words that no training record of the class has. */
  novelty?: number;
  length?: { generated: Lengths; real: Lengths };
  vocabulary?: VocabularyComparison;
}

export interface ClassTexts {
  class: string;
  generated: readonly Pick<Page, 'id' | 'text'>[];
  /** Training records of the class. */
  real: readonly Pick<Page, 'text'>[];
}

/** How many ids stand in a list of examples. */
const EXAMPLES = 5;

/** Audits one class after another against the same test records. */
export class Auditor {
  readonly #test = new NgramSet(OVERLAP_WORDS);

  /** Adds a test record, of whatever class. */
  addTest({ text }: Pick<Page, 'text'>): void {
    this.#test.add(comparableWords(text));
  }

  audit({ class: name, generated, real }: ClassTexts): ClassAudit {
    const training = new TrainingTexts(real);
    const { lengths, ...overlaps } = this.#overlaps(generated, training);
    return {
      class: name,
      generated: generated.length,
      real: real.length,
      ...overlaps,
      ...(lengths.length > 0 && real.length > 0
        ? {
            ...compareSamples(generated, real, training),
            length: { generated: lengthsOf(lengths), real: lengthsOf(training.lengths) },
          }
        : { sample: 0 }),
    };
  }

  /** Takes one record's words at a time: those of a hundred thousand records would fill the memory. */
  #overlaps(
    generated: ClassTexts['generated'],
    training: TrainingTexts,
  ): Pick<ClassAudit, 'repeatsTest' | 'copies'> & { lengths: number[] } {
    const repeatsTest = { generated: 0, beyondTraining: 0, real: 0, examples: [] as string[] };
    repeatsTest.real = training.count((words) => this.#test.hasAny(words, NONE));
    const copies = { generated: 0, whole: 0, passages: 0, examples: [] as string[] };
    const lengths: number[] = [];
    for (const { id, text } of generated) {
      const words = comparableWords(text);
      lengths.push(words.length);
      const shared = [...ngramHashes(words, OVERLAP_WORDS)].filter((hash) => this.#test.has(hash));
      if (shared.length > 0) {
        repeatsTest.generated++;
        if (shared.some((hash) => !training.passages.has(hash))) repeatsTest.beyondTraining++;
        if (repeatsTest.examples.length < EXAMPLES) repeatsTest.examples.push(id);
      }
      const isWhole = training.whole.has(words.join(' '));
      const hasPassage = training.passages.hasAny(words, NONE);
      if (isWhole) copies.whole++;
      if (hasPassage) copies.passages++;
      if (isWhole || hasPassage) {
        copies.generated++;
        if (copies.examples.length < EXAMPLES) copies.examples.push(id);
      }
    }
    return { repeatsTest, copies, lengths };
  }
}

const NONE: ReadonlySet<number> = new Set();

/** The training records of a class, as far as generated ones are compared with them. */
class TrainingTexts {
  readonly passages = new NgramSet(OVERLAP_WORDS);
  readonly runs = new NgramSet(NOVELTY_WORDS);
  readonly whole = new Set<string>();
  readonly lengths: number[] = [];
  readonly #records: ClassTexts['real'];

  constructor(records: ClassTexts['real']) {
    this.#records = records;
    for (const { text } of records) {
      const words = comparableWords(text);
      this.passages.add(words);
      this.runs.add(words);
      this.whole.add(words.join(' '));
      this.lengths.push(words.length);
    }
  }

  count(holds: (words: Words) => boolean): number {
    return this.#records.filter(({ text }) => holds(comparableWords(text))).length;
  }
}

function compareSamples(
  generated: ClassTexts['generated'],
  real: ClassTexts['real'],
  training: TrainingTexts,
): Pick<ClassAudit, 'sample' | 'diversity' | 'novelty' | 'vocabulary'> {
  const sample = Math.min(generated.length, real.length, LARGEST_SAMPLE);
  const random = createRandom(SAMPLE_SEED, 'audit');
  const drawFrom = (records: readonly { text: string }[]) =>
    random
      .shuffle([...records])
      .slice(0, sample)
      .map(({ text }) => comparableWords(text));
  const [ours, theirs] = [drawFrom(generated), drawFrom(real)];
  return {
    sample,
    diversity: { generated: diversityOf(ours), real: diversityOf(theirs) },
    novelty: noveltyOf(ours, training),
    vocabulary: compareVocabulary(ours, theirs),
  };
}

function noveltyOf(generated: readonly Words[], { runs }: TrainingTexts): number {
  let [total, novel] = [0, 0];
  for (const words of generated) {
    for (const hash of ngramHashes(words, NOVELTY_WORDS)) {
      total++;
      if (!runs.has(hash)) novel++;
    }
  }
  return total === 0 ? 0 : novel / total;
}
