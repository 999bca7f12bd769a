/** What balancing with generated records was worth, in one sentence, and what to bear in mind when reading it. */
import type { Method } from '../evaluation/methods.ts';
import { VERDICT_ORDER } from '../evaluation/protocols.ts';
import type { Protocol } from '../settings/settings.ts';
import { inTableOrder, METHOD_NAMES, METHODS_WITH_GENERATED } from './method-names.ts';
import { PROTOCOL_WORDS } from './protocols.ts';
import type { Report, ReportedMethod, ReportedMethods, ReportedPair, Verdict } from './schema.ts';
import { listed, plural, shortName, whole, withMargin } from './words.ts';

type Judged = Pick<Report, 'protocols' | 'comparison' | 'classes' | 'audit'>;
type Candidate = [method: Method, result: ReportedMethod];
type Judgement = Pick<Verdict, 'outcome' | 'sentence'>;

/** A difference counts where its corrected p value is below this. */
const LEVEL = 0.05;

/**
 * Judges by macro F1, in which a rare class counts as much as a frequent one, and by the fairest protocol: the better
 * method with generated records against the best one without.
 */
export function judge(judged: Judged): Verdict {
  const protocol = VERDICT_ORDER.find((name) => judged.protocols[name]) ?? 'paper';
  const judgement = judgeBy(protocol, judged);
  return { protocol, ...judgement, cautions: cautionsOf(protocol, judgement, judged) };
}

function judgeBy(protocol: Protocol, judged: Judged): Judgement {
  const results = inTableOrder<ReportedMethod>(judged.protocols[protocol] ?? {});
  const without = best(results.filter(([method]) => !METHODS_WITH_GENERATED.includes(method)));
  const withGenerated = best(results.filter(([method]) => METHODS_WITH_GENERATED.includes(method)));
  if (!withGenerated || generatedRecords(judged) === 0)
    return { outcome: 'not generated', sentence: nothingGenerated(without) };
  if (!without) return { outcome: 'not generated', sentence: 'There is no other method to compare with.' };
  const regular = results.find(([method]) => method === 'regular') ?? without;
  return compare(
    withGenerated,
    without,
    regular,
    PROTOCOL_WORDS[protocol],
    judged.comparison[protocol]?.pairs ?? [],
  );
}

function compare(
  ours: Candidate,
  rival: Candidate,
  regular: Candidate,
  condition: string,
  pairs: readonly ReportedPair[],
): Judgement {
  const [name, others] = [nameOf(ours), figuresOf([rival, regular])];
  if (!isTold(ours, rival, pairs))
    return {
      outcome: 'even',
      sentence: `Generated records make no difference that can be told from chance: ${condition}, macro F1 is ${macro(ours)} with ${name}, against ${others}.`,
    };
  if (ours[1].macroF1 > rival[1].macroF1)
    return {
      outcome: 'best',
      sentence: `Generated records pay: ${condition}, ${name} has the best macro F1, ${macro(ours)} against ${others}${rareRecall(ours, regular)}.`,
    };
  if (rival[0] !== 'regular' && isTold(ours, regular, pairs) && ours[1].macroF1 > regular[1].macroF1)
    return {
      outcome: 'second best',
      sentence: `Generated records help, but ${nameOf(rival)} helps more: ${condition}, macro F1 is ${macro(ours)} with ${name}, against ${others}${rareRecall(ours, regular)}.`,
    };
  return {
    outcome: 'worse',
    sentence: `Generated records do not pay here: ${condition}, macro F1 is ${macro(ours)} with ${name}, against ${others}.`,
  };
}

function nothingGenerated(without: Candidate | undefined): string {
  const nothing = 'No records were generated, so there is nothing to judge';
  return without
    ? `${nothing}: the best method without them is ${nameOf(without)}, with a macro F1 of ${macro(without)}.`
    : `${nothing}.`;
}

const generatedRecords = ({ classes }: Judged) =>
  Object.values(classes).reduce((sum, { generated }) => sum + generated, 0);

/** The one with the highest macro F1; of equal ones the first. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (top, candidate) => (top && top[1].macroF1 >= candidate[1].macroF1 ? top : candidate),
    undefined,
  );
}

/** Whether the macro F1 of two methods can be told apart. */
function isTold([a]: Candidate, [b]: Candidate, pairs: readonly ReportedPair[]): boolean {
  const pair = pairs.find(({ first, second }) => [first, second].includes(a) && [first, second].includes(b));
  return pair !== undefined && pair.macroF1.correctedP < LEVEL;
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
  const recall = '; the mean recall of the rare classes';
  if (from === to) return `${recall} stays at ${to}`;
  const moves = ours.rareRecall > regular.rareRecall ? 'rises' : 'falls';
  return `${recall} ${moves} from ${from} (${METHOD_NAMES.regular}) to ${to}`;
}

function cautionsOf(protocol: Protocol, judgement: Judgement, judged: Judged): string[] {
  const methods = judged.protocols[protocol] ?? {};
  return [
    ...ofSkippedClasses(judged),
    ...ofLeakage(judged),
    ...ofPaper(protocol, judgement, judged),
    ...ofSeeds(methods),
    ...(protocol === 'paper' && judgement.outcome !== 'not generated' ? ofUpdates(methods) : []),
  ];
}

const MOST_NAMED = 8;

function ofSkippedClasses({ classes }: Judged): string[] {
  const skipped = Object.entries(classes).flatMap(([name, { state }]) => (state === 'skipped' ? [name] : []));
  if (skipped.length === 0) return [];
  const rare = Object.values(classes).filter(({ kind }) => kind === 'rare').length;
  const shown = skipped.slice(0, MOST_NAMED).map((name) => shortName(name, 40));
  const names = skipped.length > MOST_NAMED ? [...shown, `${skipped.length - MOST_NAMED} more`] : shown;
  const fate =
    skipped.length === 1 ? 'was skipped and stayed as it was' : 'were skipped and stayed as they were';
  return [
    `${whole(skipped.length)} of ${plural(rare, 'rare class', 'rare classes')} ${fate}: ${listed(names)}.`,
  ];
}

function ofLeakage({ audit }: Judged): string[] {
  const leaked = Object.values(audit).reduce((sum, { repeatsTest }) => sum + repeatsTest.beyondTraining, 0);
  return leaked === 0
    ? []
    : [
        `${plural(leaked, 'generated record')} ${leaked === 1 ? 'repeats' : 'repeat'} a passage of a test record that no training record of the class has: the test may have leaked.`,
      ];
}

/** The published protocol is what others report, so it is said where it would have led to another verdict. */
function ofPaper(protocol: Protocol, judgement: Judgement, judged: Judged): string[] {
  if (protocol === 'paper' || !judged.protocols.paper) return [];
  const published = judgeBy('paper', judged);
  return published.outcome === judgement.outcome
    ? []
    : [`The published protocol would have said otherwise. ${published.sentence}`];
}

function ofSeeds(methods: ReportedMethods): string[] {
  const results = Object.values(methods);
  return results.length === 0 || results.some(({ perSeed }) => perSeed.length > 1)
    ? []
    : [
        'Every figure is from one seed: the tests say how it varies with the test records, not how it varies with the training. Set evaluation.seeds to 5 or more to know.',
      ];
}

function ofUpdates(methods: ReportedMethods): string[] {
  const records = Object.values(methods).map((result) => result.records);
  const [fewest, most] = [Math.min(...records), Math.max(...records)];
  return most <= 1.5 * fewest
    ? []
    : [
        `Every method trained for as many epochs, so that one with more records had more updates (${whole(fewest)} records at the least, ${whole(most)} at the most). On a small corpus that alone raises its F1; the protocols equal-updates and tuned are fair.`,
      ];
}
