/**
 * What to do with a dataset, and what each step of it is worth. It is decided here and nowhere else: once in the report
 * of a run, once where `npx counterpoise evaluate` compares files; every view of it reads it from there.
 */
import { BALANCING_METHODS } from '../evaluation/balancing-methods.ts';
import type { Difference } from '../evaluation/finding-schemas.ts';
import { VERDICT_ORDER } from '../evaluation/protocols.ts';
import { type Method, usesGenerated } from '../settings/method-table.ts';
import type { Protocol } from '../settings/settings.ts';
import { cautionsOfEvaluation } from './cautions.ts';
import { type Candidate, differenceOf, inTableOrder } from './methods.ts';
import type { Outcome, Report, ReportedMethod, ReportedPair, Verdict, VerdictStep } from './schema.ts';
import { adviceWords, oneSeedWords, type VerdictFindings } from './verdict-words.ts';

/** What the verdict is made of: the methods by every protocol, and which differences are more than chance. */
export interface VerdictInput extends Pick<Report, 'protocols' | 'comparison' | 'tuning'> {
  generated: number;
}

/** A difference counts where its corrected p value is below this. */
export const LEVEL = 0.05;

/**
 * Judges by macro F1, in which a rare class counts as much as a frequent one, and by the fairest protocol. Where the
 * published protocol would have led to other advice, that is said, because it is what others report.
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const protocol = VERDICT_ORDER.find((name) => input.protocols[name]) ?? 'paper';
  const verdict = verdictUnder(protocol, input);
  const published = protocol !== 'paper' && input.protocols.paper ? verdictUnder('paper', input) : undefined;
  const isOtherwise =
    published?.recommended !== undefined &&
    (published.outcome !== verdict.outcome || published.recommended !== verdict.recommended);
  return {
    protocol,
    ...verdict,
    ...(isOtherwise && {
      paper: `The published protocol would have said otherwise. ${published.sentence} ${published.grounds}`,
    }),
    cautions: cautionsOfEvaluation(protocol, input),
  };
}

type ProtocolVerdict = Pick<Verdict, 'outcome' | 'sentence' | 'grounds' | 'recommended' | 'steps'>;

/** Recommends nothing where there are too few seeds or methods for any test. */
function verdictUnder(protocol: Protocol, input: VerdictInput): ProtocolVerdict {
  const results = inTableOrder<ReportedMethod>(input.protocols[protocol] ?? {});
  const pairs = input.comparison[protocol]?.pairs ?? [];
  const without = results.filter(([method]) => !usesGenerated(method));
  const having = input.generated > 0 ? results.filter(([method]) => usesGenerated(method)) : [];
  const [rival, ours] = [best(without), best(having)];
  const none: Outcome = ours ? 'even' : 'not generated';
  if (!rival) {
    const sentence = ours
      ? 'There is no other method to compare with.'
      : 'No records were generated, so there is nothing to judge.';
    return { outcome: none, sentence };
  }
  const single =
    results.every(([, { perSeed }]) => perSeed.length < 2) && pairs.every(({ splits }) => !splits);
  if (single) return { outcome: none, ...oneSeedWords(protocol, results, rival) };

  const regular = without.find(([method]) => method === 'regular');
  const balanced = best(without.filter((one) => regular && isAbove(one, regular, pairs)));
  const simple = balanced ?? regular ?? rival;
  // Each method with generated records against the same without them.
  const gains = having.flatMap(
    ([method]) => stepOf(method, BALANCING_METHODS[method].counterpart!, pairs) ?? [],
  );
  const outcome = ours ? outcomeOf(ours, rival, gains, pairs) : 'not generated';
  const chosen = outcome === 'best' ? ours! : simple;
  const findings: VerdictFindings = {
    protocol,
    tuning: protocol === 'tuned' && input.tuning ? tuningStep(input.tuning.macroF1) : undefined,
    balancing: balanced && stepOf(balanced[0], 'regular', pairs),
    generated: gainToShow(gains, ours, chosen),
    chosen,
    regular,
    ours,
    alike: without.filter((one) => one[0] !== simple[0] && !differSignificantly(one[0], simple[0], pairs)),
    outcome,
  };
  const steps = [findings.tuning, findings.balancing, findings.generated].filter(
    (step) => step !== undefined,
  );
  return { outcome, recommended: chosen[0], steps, ...adviceWords(findings) };
}

/** Whether the best method with generated records, `ours`, is worth its records: compared like for like, then with the best. */
function outcomeOf(
  ours: Candidate,
  rival: Candidate,
  gains: readonly VerdictStep[],
  pairs: readonly ReportedPair[],
): Outcome {
  const gain = gains.find(({ method }) => method === ours[0]);
  if (isAbove(ours, rival, pairs) && gain?.told && gain.difference > 0) return 'best';
  if (!isAbove(rival, ours, pairs)) return 'even';
  return gains.some(({ told, difference }) => told && difference > 0) ? 'second best' : 'worse';
}

/** What generated records add to the method that is recommended, or else to the one that is best with them. */
function gainToShow(
  gains: readonly VerdictStep[],
  ours: Candidate | undefined,
  [chosen]: Candidate,
): VerdictStep | undefined {
  const fitting = gains.find(({ method, over }) => method === chosen || over === chosen);
  return fitting ?? gains.find(({ method }) => method === ours?.[0]) ?? gains[0];
}

function tuningStep({ difference, low, high, p }: Difference): VerdictStep {
  return { method: 'regular', over: 'regular', difference, low, high, told: p < LEVEL };
}

/** A method less another; undefined where the two were not compared. */
function stepOf(method: Method, over: Method, pairs: readonly ReportedPair[]): VerdictStep | undefined {
  const pair = pairOf(method, over, pairs);
  if (!pair) return undefined;
  return { method, over, ...differenceOf(pair, method, 'macroF1'), told: pair.macroF1.correctedP < LEVEL };
}

const best = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.toSorted(([, a], [, b]) => b.macroF1 - a.macroF1)[0];

const isAbove = (one: Candidate, other: Candidate, pairs: readonly ReportedPair[]): boolean =>
  one[1].macroF1 > other[1].macroF1 && differSignificantly(one[0], other[0], pairs);

function differSignificantly(a: Method, b: Method, pairs: readonly ReportedPair[]): boolean {
  const pair = pairOf(a, b, pairs);
  return pair !== undefined && pair.macroF1.correctedP < LEVEL;
}

const pairOf = (a: Method, b: Method, pairs: readonly ReportedPair[]): ReportedPair | undefined =>
  pairs.find(({ first, second }) => (first === a && second === b) || (first === b && second === a));
