/**
 * What balancing with generated records was worth, in one sentence. It is decided here and nowhere else: once in the
 * report of a run, once where `counterpoise evaluate` compares files; whoever shows it takes it from there.
 */
import type { Method } from '../evaluation/methods.ts';
import { VERDICT_ORDER } from '../evaluation/protocols.ts';
import type { Protocol } from '../settings/settings.ts';
import { inTableOrder, METHOD_NAMES, METHODS_WITH_GENERATED } from './method-names.ts';
import { PROTOCOL_WORDS } from './protocols.ts';
import type { Report, ReportedMethod, ReportedMethods, ReportedPair, Verdict } from './schema.ts';
import { listed, whole, withMargin } from './words.ts';

/** What the verdict is made of: the methods by every protocol, and which differences are more than chance. */
export interface Judged extends Pick<Report, 'protocols' | 'comparison'> {
  /** Generated records that the methods could train on. */
  generated: number;
}

type Candidate = [method: Method, result: ReportedMethod];

interface Judgement extends Pick<Verdict, 'outcome' | 'sentence'> {
  /** The method that the sentence puts first; absent where none can be told from the next. */
  leader?: Method | undefined;
}

/** A difference counts where its corrected p value is below this. */
const LEVEL = 0.05;

/**
 * Judges by macro F1, in which a rare class counts as much as a frequent one, and by the fairest protocol: the better
 * method with generated records against the best one without. Where the published protocol would have led to another
 * verdict, that is said, because it is what others report.
 */
export function judge(judged: Judged): Verdict {
  const protocol = VERDICT_ORDER.find((name) => judged.protocols[name]) ?? 'paper';
  const { outcome, sentence, leader } = judgeBy(protocol, judged);
  const published = protocol !== 'paper' && judged.protocols.paper && judgeBy('paper', judged);
  const isOtherwise = published && (published.outcome !== outcome || published.leader !== leader);
  return {
    protocol,
    outcome,
    sentence,
    ...(isOtherwise && { paper: `The published protocol would have said otherwise. ${published.sentence}` }),
    cautions: cautionsOf(protocol, outcome, judged),
  };
}

function judgeBy(protocol: Protocol, { protocols, comparison, generated }: Judged): Judgement {
  const results = inTableOrder<ReportedMethod>(protocols[protocol] ?? {});
  const condition = PROTOCOL_WORDS[protocol];
  const pairs = comparison[protocol]?.pairs ?? [];
  const without = best(results.filter(([method]) => !METHODS_WITH_GENERATED.includes(method)));
  const withGenerated = best(results.filter(([method]) => METHODS_WITH_GENERATED.includes(method)));
  if (!withGenerated || generated === 0) return rankWithout(results, without, condition, pairs);
  if (!without) return { outcome: 'not generated', sentence: 'There is no other method to compare with.' };
  const regular = results.find(([method]) => method === 'regular') ?? without;
  return compare(withGenerated, without, regular, condition, pairs);
}

/** Where nothing was generated: which of the other methods is best, and which are behind it. */
function rankWithout(
  results: readonly Candidate[],
  first: Candidate | undefined,
  condition: string,
  pairs: readonly ReportedPair[],
): Judgement {
  const nothing = 'No records were generated, so there is nothing to judge';
  if (!first) return { outcome: 'not generated', sentence: `${nothing}.` };
  const others = results.filter(
    (other) => other[0] !== first[0] && !METHODS_WITH_GENERATED.includes(other[0]),
  );
  const behind = others.filter((other) => isTold(first, other, pairs));
  const level = others.filter((other) => !behind.includes(other));
  const parts = [
    `${nothing}: ${condition}, ${nameOf(first)} has the best macro F1 of the methods without them, ${macro(first)}`,
    ...(behind.length > 0
      ? [`${listed(behind.map(nameOf))} ${behind.length > 1 ? 'are' : 'is'} behind it`]
      : []),
    ...(level.length > 0 ? [`${listed(level.map(nameOf))} cannot be told apart from it`] : []),
  ];
  return {
    outcome: 'not generated',
    sentence: `${parts.join('; ')}.`,
    leader: level.length === 0 ? first[0] : undefined,
  };
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
      leader: ours[0],
      sentence: `Generated records pay: ${condition}, ${name} has the best macro F1, ${macro(ours)} against ${others}${rareRecall(ours, regular)}.`,
    };
  if (rival[0] !== 'regular' && isTold(ours, regular, pairs) && ours[1].macroF1 > regular[1].macroF1)
    return {
      outcome: 'second best',
      leader: rival[0],
      sentence: `Generated records help, but ${nameOf(rival)} helps more: ${condition}, macro F1 is ${macro(ours)} with ${name}, against ${others}${rareRecall(ours, regular)}.`,
    };
  return {
    outcome: 'worse',
    leader: rival[0],
    sentence: `Generated records do not pay here: ${condition}, macro F1 is ${macro(ours)} with ${name}, against ${others}.`,
  };
}

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

function cautionsOf(protocol: Protocol, outcome: Verdict['outcome'], { protocols }: Judged): string[] {
  const methods = protocols[protocol] ?? {};
  return [
    ...ofSeeds(methods),
    ...(protocol === 'paper' && outcome !== 'not generated' ? ofUpdates(methods) : []),
  ];
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
