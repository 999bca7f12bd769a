/** What balancing with generated records was worth, in one sentence, and what to bear in mind when reading it. */
import type { Method } from '../evaluation/methods.ts';
import { inTableOrder, METHOD_NAMES, METHODS_WITH_GENERATED } from './method-names.ts';
import type { Report, ReportedMethod, Verdict } from './schema.ts';
import { margin95, mean } from './seed-margin.ts';
import { listed, plural, shortName, whole, withMargin } from './words.ts';

type Judged = Pick<Report, 'methods' | 'classes'> & {
  /** Passes of the classifier over the training records. */
  epochs: number;
};

type Candidate = [method: Method, result: ReportedMethod];

/** Figures are shown with three digits; what is equal in these is no difference. */
const SHOWN = 0.0005;

/**
 * Judges by macro F1, in which a rare class counts as much as a frequent one: the better method with generated records
 * against the best one without.
 */
export function judge(judged: Judged): Verdict {
  const results = inTableOrder(judged.methods);
  const [without, withGenerated] = [
    results.filter(([method]) => !METHODS_WITH_GENERATED.includes(method)),
    results.filter(([method]) => METHODS_WITH_GENERATED.includes(method)),
  ].map(best);
  const generated = Object.values(judged.classes).reduce((sum, each) => sum + each.generated, 0);
  const cautions = cautionsOf(judged, generated > 0);
  if (!withGenerated || generated === 0)
    return { outcome: 'not generated', sentence: nothingGenerated(without), cautions };
  if (!without)
    return { outcome: 'not generated', sentence: 'There is no other method to compare with.', cautions };
  const regular = results.find(([method]) => method === 'regular') ?? without;
  return { ...compare(withGenerated, without, regular), cautions };
}

function compare(ours: Candidate, rival: Candidate, regular: Candidate): Omit<Verdict, 'cautions'> {
  const [name, others] = [nameOf(ours), figuresOf([rival, regular])];
  if (isEven(ours, rival))
    return {
      outcome: 'even',
      sentence: `Generated records make no difference that can be told from chance: macro F1 is ${macro(ours)} with ${name}, against ${others}.`,
    };
  if (ours[1].macroF1 > rival[1].macroF1)
    return {
      outcome: 'best',
      sentence: `Generated records pay: ${name} has the best macro F1, ${macro(ours)} against ${others}${rareRecall(ours, regular)}.`,
    };
  if (rival[0] !== 'regular' && !isEven(ours, regular) && ours[1].macroF1 > regular[1].macroF1)
    return {
      outcome: 'second best',
      sentence: `Generated records help, but ${nameOf(rival)} helps more: macro F1 is ${macro(ours)} with ${name}, against ${others}${rareRecall(ours, regular)}.`,
    };
  return {
    outcome: 'worse',
    sentence: `Generated records do not pay here: macro F1 is ${macro(ours)} with ${name}, against ${others}.`,
  };
}

function nothingGenerated(without: Candidate | undefined): string {
  const nothing = 'No records were generated, so there is nothing to judge';
  return without
    ? `${nothing}: the best method without them is ${nameOf(without)}, with a macro F1 of ${macro(without)}.`
    : `${nothing}.`;
}

/** The one with the highest macro F1; of equal ones the first. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (top, candidate) => (top && top[1].macroF1 >= candidate[1].macroF1 ? top : candidate),
    undefined,
  );
}

/** Whether two methods' macro F1 are too near to each other to be told apart: over the seeds, or in the digits shown. */
function isEven([, a]: Candidate, [, b]: Candidate): boolean {
  const other = new Map(b.perSeed.map(({ seed, macroF1 }) => [seed, macroF1]));
  const differences = a.perSeed.flatMap(({ seed, macroF1 }) =>
    other.has(seed) ? [macroF1 - other.get(seed)!] : [],
  );
  return (
    Math.abs(a.macroF1 - b.macroF1) < SHOWN || Math.abs(mean(differences)) <= (margin95(differences) ?? 0)
  );
}

const nameOf = ([method]: Candidate) => METHOD_NAMES[method];
const macro = ([, { macroF1, margins }]: Candidate) => withMargin(macroF1, margins?.macroF1);

function figuresOf(candidates: readonly Candidate[]): string {
  const distinct = [...new Map(candidates)];
  return listed(distinct.map((candidate) => `${macro(candidate)} with ${nameOf(candidate)}`));
}

function rareRecall([, ours]: Candidate, [, regular]: Candidate): string {
  if (ours.rareRecall === undefined || regular.rareRecall === undefined) return '';
  const [from, to] = [regular, ours].map(({ rareRecall, margins }) =>
    withMargin(rareRecall!, margins?.rareRecall),
  );
  const moves = ours.rareRecall > regular.rareRecall ? 'rises' : 'falls';
  return from === to
    ? ''
    : `; the mean recall of the rare classes ${moves} from ${from} (${METHOD_NAMES.regular}) to ${to}`;
}

const MOST_NAMED = 8;

function shortList(names: readonly string[]): string[] {
  const shown = names.slice(0, MOST_NAMED).map((name) => shortName(name, 40));
  return names.length > MOST_NAMED ? [...shown, `${names.length - MOST_NAMED} more`] : shown;
}

function cautionsOf({ methods, classes, epochs }: Judged, generated: boolean): string[] {
  const results = inTableOrder(methods);
  const skipped = Object.entries(classes).filter(([, { state }]) => state === 'skipped');
  const rare = Object.values(classes).filter(({ kind }) => kind === 'rare').length;
  const cautions: string[] = [];
  if (skipped.length > 0)
    cautions.push(
      `${whole(skipped.length)} of ${plural(rare, 'rare class', 'rare classes')} ${skipped.length === 1 ? 'was skipped and stayed as it was' : 'were skipped and stayed as they were'}: ${listed(shortList(skipped.map(([name]) => name)))}.`,
    );
  if (results.length > 0 && results.every(([, { perSeed }]) => perSeed.length < 2))
    cautions.push(
      'Every figure is from one seed, so that chance shows in no margin: a difference of a few hundredths may be none. Set evaluation.seeds to 5 or more to know.',
    );
  const records = results.map(([, result]) => result.records);
  const [fewest, most] = [Math.min(...records), Math.max(...records)];
  if (generated && most > 1.5 * fewest)
    cautions.push(
      `Every method trained for ${plural(epochs, 'epoch')}, so that one with more records had more updates (${whole(fewest)} records at the least, ${whole(most)} at the most). On a small corpus that alone raises its F1.`,
    );
  return cautions;
}
