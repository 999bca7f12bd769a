/** Audits generated records: test leakage, copies, and comparison with real records of their class. */
import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { compareVocabulary, diversityOf, lengthsOf, type Words } from './diversity.ts';
import type { Likeness, ReportedAudit } from './finding-schemas.ts';
import { type HeldOutTexts, isUnread, OVERLAP_WORDS } from './test-overlap.ts';

const NOVELTY_WORDS = 4;
/** Sample size for likeness, whose figures depend on the number of records. */
const LARGEST_SAMPLE = 500;
/** The seed of the sample. Not a setting, since no comparable figure depends on it. */
const SAMPLE_SEED = 42;

export interface ClassAudit extends ReportedAudit {
  class: string;
  generated: number;
  real: number;
}

type Texts = readonly Pick<Page, 'id' | 'text'>[];

/** Maximum number of listed ids. */
const examplesOf = (found: Texts) => found.slice(0, 5).map(({ id }) => id);

/** Audits the generated records of a class; `reads` are the held-out records that its model has read. */
export function auditClass(
  { class: name, generated, real }: { class: string; generated: Texts; real: Texts },
  heldOut: HeldOutTexts,
  reads: ReadonlyMap<number, number>,
): ClassAudit {
  const likeness = compareLikeness(generated, real);
  const lengthOf = (records: Texts) => lengthsOf(records.map(({ text }) => comparableWords(text).length));
  const repeats = (records: Texts, besides: number) => {
    const found = records
      .map((record) => ({ ...record, repeated: heldOut.repeatedBy(record.text) }))
      .filter(({ repeated }) => repeated.size > 0);
    return { found, unread: found.filter(({ repeated }) => isUnread(repeated, reads, besides)).length };
  };
  // A real record was read itself.
  const [made, others] = [repeats(generated, 0), repeats(real, 1)];
  return {
    class: name,
    generated: generated.length,
    real: real.length,
    repeatsTest: {
      generated: made.found.length,
      beyondTraining: made.unread,
      real: others.found.length,
      realBeyondOthers: others.unread,
      examples: examplesOf(made.found),
    },
    copies: countCopies(generated, real),
    ...(likeness && { likeness }),
    ...(generated.length > 0 &&
      real.length > 0 && { length: { generated: lengthOf(generated), real: lengthOf(real) } }),
  };
}

function countCopies(generated: Texts, real: Texts): ClassAudit['copies'] {
  const passages = new NgramSet(OVERLAP_WORDS);
  const texts = new Set<string>();
  for (const { text } of real) {
    const words = comparableWords(text);
    passages.add(words);
    texts.add(words.join(' '));
  }
  const wordsOf = ({ text }: Texts[number]) => comparableWords(text);
  const whole = generated.filter((record) => texts.has(wordsOf(record).join(' ')));
  const parts = generated.filter((record) => passages.hasAny(wordsOf(record)));
  const copied = new Set([...whole, ...parts]);
  return {
    generated: copied.size,
    whole: whole.length,
    passages: parts.length,
    examples: examplesOf(generated.filter((record) => copied.has(record))),
  };
}

function compareLikeness(generated: Texts, real: Texts): Likeness | undefined {
  const sample = Math.min(generated.length, Math.floor(real.length / 2), LARGEST_SAMPLE);
  if (sample === 0) return undefined;
  const random = createRandom(SAMPLE_SEED, 'audit');
  const shuffled = (records: Texts) => random.shuffle([...records]).map(({ text }) => comparableWords(text));
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
