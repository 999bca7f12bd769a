/**
 * What generated records are worth: whether the test leaked into them, how much of them is copied, and how they
 * compare with the real records of their class.
 */
import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { compareVocabulary, diversityOf, lengthsOf, type Words } from './diversity.ts';
import type { Likeness, ReportedAudit } from './finding-schemas.ts';
import { type HeldOutTexts, OVERLAP_WORDS, type ReadPages } from './test-overlap.ts';

/** Runs of words by which novelty is counted. */
const NOVELTY_WORDS = 4;
/** Records of each kind that likeness is taken from: its figures fall or grow with the number. */
const LARGEST_SAMPLE = 500;
/** The seed of the sample. It is no setting, since no figure worth comparing depends on it. */
const SAMPLE_SEED = 42;

export interface ClassAudit extends ReportedAudit {
  class: string;
  generated: number;
  real: number;
}

export interface ClassTexts {
  class: string;
  generated: readonly Pick<Page, 'id' | 'text'>[];
  real: readonly Pick<Page, 'id' | 'text'>[];
}

const EXAMPLES = 5;

/** Audits the generated records of a class, whose model has read these pages. */
export function auditClass(
  { class: name, generated, real }: ClassTexts,
  heldOut: HeldOutTexts,
  read: ReadPages,
): ClassAudit {
  const likeness = compareLikeness(generated, real);
  const lengthOf = (records: ClassTexts['real']) =>
    lengthsOf(records.map(({ text }) => comparableWords(text).length));
  return {
    class: name,
    generated: generated.length,
    real: real.length,
    repeatsTest: countRepeats(generated, real, heldOut, read),
    copies: countCopies(generated, real),
    ...(likeness && { likeness }),
    ...(generated.length > 0 &&
      real.length > 0 && { length: { generated: lengthOf(generated), real: lengthOf(real) } }),
  };
}

function countRepeats(
  generated: ClassTexts['generated'],
  real: ClassTexts['real'],
  heldOut: HeldOutTexts,
  read: ReadPages,
): ClassAudit['repeatsTest'] {
  const repeatingOf = (records: ClassTexts['real'], besides: number) =>
    records.flatMap(({ id, text }) => {
      const repeated = heldOut.repeatedBy(text);
      return repeated.size === 0 ? [] : [{ id, isUnread: read.lacks(repeated, besides) }];
    });
  const made = repeatingOf(generated, 0);
  // A real record was read itself.
  const found = repeatingOf(real, 1);
  return {
    generated: made.length,
    beyondTraining: made.filter(({ isUnread }) => isUnread).length,
    real: found.length,
    realBeyondOthers: found.filter(({ isUnread }) => isUnread).length,
    examples: made.slice(0, EXAMPLES).map(({ id }) => id),
  };
}

function countCopies(generated: ClassTexts['generated'], real: ClassTexts['real']): ClassAudit['copies'] {
  const passages = new NgramSet(OVERLAP_WORDS);
  const whole = new Set<string>();
  for (const { text } of real) {
    const words = comparableWords(text);
    passages.add(words);
    whole.add(words.join(' '));
  }
  const copies = generated
    .map(({ id, text }) => {
      const words = comparableWords(text);
      return { id, isWhole: whole.has(words.join(' ')), hasPassage: passages.hasAny(words, NONE) };
    })
    .filter(({ isWhole, hasPassage }) => isWhole || hasPassage);
  return {
    generated: copies.length,
    whole: copies.filter(({ isWhole }) => isWhole).length,
    passages: copies.filter(({ hasPassage }) => hasPassage).length,
    examples: copies.slice(0, EXAMPLES).map(({ id }) => id),
  };
}

const NONE: ReadonlySet<number> = new Set();

function compareLikeness(generated: ClassTexts['generated'], real: ClassTexts['real']): Likeness | undefined {
  const sample = Math.min(generated.length, Math.floor(real.length / 2), LARGEST_SAMPLE);
  if (sample === 0) return undefined;
  const random = createRandom(SAMPLE_SEED, 'audit');
  const shuffled = (records: ClassTexts['real']) =>
    random.shuffle([...records]).map(({ text }) => comparableWords(text));
  const [ours, theirs] = [shuffled(generated).slice(0, sample), shuffled(real)];
  const cut = [ours, theirs.slice(0, sample), theirs.slice(sample, 2 * sample)] as Words[][];
  for (let at = 0; at < sample; at++) {
    const length = Math.min(...cut.map((texts) => texts[at]!.length));
    for (const texts of cut) texts[at] = texts[at]!.slice(0, length);
  }
  const [made, first, second] = cut as [Words[], Words[], Words[]];
  const others = new NgramSet(NOVELTY_WORDS);
  for (const words of theirs.slice(sample)) others.add(words);
  return {
    sample,
    diversity: { generated: diversityOf(made), real: diversityOf(first) },
    novelty: { generated: noveltyOf(made, others), real: noveltyOf(first, others) },
    vocabulary: { generated: compareVocabulary(made, second), real: compareVocabulary(first, second) },
  };
}

function noveltyOf(texts: readonly Words[], known: NgramSet): number {
  let [total, novel] = [0, 0];
  for (const words of texts) {
    for (const hash of ngramHashes(words, NOVELTY_WORDS)) {
      total++;
      if (!known.has(hash)) novel++;
    }
  }
  return total === 0 ? 0 : novel / total;
}
