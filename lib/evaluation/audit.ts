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

/**
 * Audits the generated records of a class.
 * @param read all pages that the class's model has read
 */
export function auditClass(
  { class: name, generated, real }: ClassTexts,
  heldOut: HeldOutTexts,
  read: ReadPages,
): ClassAudit {
  const likeness = compareLikeness(generated, real);
  const lengths = [generated, real].map((records) => records.map(({ text }) => comparableWords(text).length));
  return {
    class: name,
    generated: generated.length,
    real: real.length,
    repeatsTest: countRepeats(generated, real, heldOut, read),
    copies: countCopies(generated, real),
    ...(likeness && { likeness }),
    ...(generated.length > 0 &&
      real.length > 0 && { length: { generated: lengthsOf(lengths[0]!), real: lengthsOf(lengths[1]!) } }),
  };
}

function countRepeats(
  generated: ClassTexts['generated'],
  real: ClassTexts['real'],
  heldOut: HeldOutTexts,
  read: ReadPages,
): ClassAudit['repeatsTest'] {
  const counts = { generated: 0, beyondTraining: 0, real: 0, realBeyondOthers: 0, examples: [] as string[] };
  for (const { id, text } of generated) {
    const repeated = heldOut.repeatedBy(text);
    if (repeated.size === 0) continue;
    counts.generated++;
    if (read.lacks(repeated)) counts.beyondTraining++;
    if (counts.examples.length < EXAMPLES) counts.examples.push(id);
  }
  for (const { text } of real) {
    const repeated = heldOut.repeatedBy(text);
    if (repeated.size === 0) continue;
    counts.real++;
    if (read.lacks(repeated, 1)) counts.realBeyondOthers++;
  }
  return counts;
}

function countCopies(generated: ClassTexts['generated'], real: ClassTexts['real']): ClassAudit['copies'] {
  const passages = new NgramSet(OVERLAP_WORDS);
  const whole = new Set<string>();
  for (const { text } of real) {
    const words = comparableWords(text);
    passages.add(words);
    whole.add(words.join(' '));
  }
  const copies = { generated: 0, whole: 0, passages: 0, examples: [] as string[] };
  for (const { id, text } of generated) {
    const words = comparableWords(text);
    const isWhole = whole.has(words.join(' '));
    const hasPassage = passages.hasAny(words, NONE);
    if (isWhole) copies.whole++;
    if (hasPassage) copies.passages++;
    if (!isWhole && !hasPassage) continue;
    copies.generated++;
    if (copies.examples.length < EXAMPLES) copies.examples.push(id);
  }
  return copies;
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
