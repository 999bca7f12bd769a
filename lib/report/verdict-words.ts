/** The verdict in sentences. */
import { METHOD_TABLE } from '../settings/method-table.ts';
import type { Protocol } from '../settings/settings.ts';
import { type Candidate, METHOD_NAMES, PROTOCOL_WORDS } from './methods.ts';
import type { Outcome, VerdictStep } from './schema.ts';
import { capitalised, figure, listed, signed, withMargin } from './words.ts';

export interface VerdictFindings {
  protocol: Protocol;
  /** What tuning is worth to Regular, what the balancing is worth to it then, and what generated records add. */
  tuning: VerdictStep | undefined;
  balancing: VerdictStep | undefined;
  generated: VerdictStep | undefined;
  chosen: Candidate;
  regular: Candidate | undefined;
  ours: Candidate | undefined;
  /** Methods without them that are statistically level with the best of these. */
  alike: readonly Candidate[];
  outcome: Outcome;
}

/** What to do; then what each step is worth over the one before, and the figures that follow. */
export const adviceWords = (findings: VerdictFindings) => ({
  sentence: whatToDo(findings),
  grounds: `${gains(findings)} ${figures(findings)}`.trim(),
});

function whatToDo({ tuning, chosen: [method], outcome, generated }: VerdictFindings): string {
  const balancing = METHOD_TABLE[method].advice;
  const actions = tuning?.told && tuning.difference > 0 ? ['tune the classifier', ...balancing] : balancing;
  const parts = [capitalised(listed(actions) || 'leave the data as it is')];
  if (balancing.length === 0) parts.push('no balancing can be told to do better than Regular');
  if (outcome !== 'best') parts.push(aboutGenerated(outcome, generated));
  return `${parts.join('; ')}.`;
}

function aboutGenerated(outcome: Outcome, step: VerdictStep | undefined): string {
  if (outcome === 'not generated') return 'no generated records are used';
  if (outcome === 'second best') return 'generated records help, but not as much';
  if (step?.told && step.difference < 0)
    return 'leave the generated records out, which cost more than they bring';
  if (step?.told) return 'generated records help, but make no method better than the best without them';
  return 'generated records make no difference that can be told from chance';
}

function gains({ protocol, tuning, balancing, generated }: VerdictFindings): string {
  const steps: string[] = [];
  if (tuning) steps.push(`tuning ${change(tuning)}`);
  if (balancing) steps.push(`${METHOD_NAMES[balancing.method]} ${change(balancing)}`);
  if (generated) steps.push(`generated records ${change(generated)}`);
  return steps.length === 0 ? '' : `Gains in macro F1 ${PROTOCOL_WORDS[protocol]}: ${steps.join(', ')}.`;
}

/** `+0.011 ± 0.008 over Regular`, with a word where it is no more than chance. */
function change({ method, over, difference, low, high, told }: VerdictStep): string {
  const base = method === over ? '' : ` over ${METHOD_NAMES[over]}`;
  return `${signed(difference)} ± ${figure((high - low) / 2)}${base}${told ? '' : ' (may be chance)'}`;
}

function figures({ chosen, regular, ours, alike }: VerdictFindings): string {
  const others = [regular, ours].filter((one) => one !== undefined && one[0] !== chosen[0]) as Candidate[];
  const level = alike.filter(([method]) => method !== 'regular').map(([method]) => METHOD_NAMES[method]);
  const even =
    level.length > 0 ? `; ${listed(level)} cannot be told apart from the best without generated records` : '';
  return `Macro F1 is ${withName(chosen)}${against(others)}${regular ? rareRecall(chosen, regular) : ''}${even}.`;
}

const against = (others: readonly Candidate[]) =>
  others.length > 0 ? `, against ${listed(others.map(withName))}` : '';

const withName = ([method, { macroF1, margins }]: Candidate) =>
  `${withMargin(macroF1, margins?.macroF1)} with ${METHOD_NAMES[method]}`;

function rareRecall([method, ours]: Candidate, [, regular]: Candidate): string {
  if (method === 'regular' || ours.rareRecall === undefined || regular.rareRecall === undefined) return '';
  const [from, to] = [regular.rareRecall, ours.rareRecall].map(figure);
  const recall = '; the mean recall of the rare classes';
  if (from === to) return `${recall} stays at ${to}`;
  return `${recall} ${ours.rareRecall > regular.rareRecall ? 'rises' : 'falls'} from ${from} to ${to}`;
}

/** What a single seed shows, which is not enough for advice. */
export function oneSeedWords(protocol: Protocol, results: readonly Candidate[], best: Candidate) {
  const others = results.filter(([method]) => method !== best[0]);
  return {
    sentence: 'One seed cannot tell the methods apart: set evaluation.seeds to 5.',
    grounds: `In this one, ${PROTOCOL_WORDS[protocol]}, macro F1 is ${withName(best)}${against(others)}.`,
  };
}
