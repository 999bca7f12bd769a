import type { Ranking, Verdict } from './comparison.ts';
import type { Method } from './methods.ts';

const NAMES: Readonly<Record<Method, string>> = {
  regular: 'Regular',
  undersample: 'Undersample',
  oversample: 'Oversample',
  generated: 'Generated',
  generatedOversample: 'Generated + Oversample',
};

/** The verdict in a sentence, and another where the fixed epochs of `paper` would have said otherwise. */
export function describeVerdict({ protocol, paper, ...ranking }: Verdict): string {
  const sentence = `Under ${protocol}, ${describeRanking(ranking)}.`;
  return paper ? `${sentence} Under paper it would have been: ${describeRanking(paper)}.` : sentence;
}

function describeRanking({ best, behind, level }: Ranking): string {
  const parts = [`${NAMES[best]} has the best macro F1`];
  if (behind.length > 0) parts.push(`${listed(behind)} ${behind.length > 1 ? 'are' : 'is'} behind it`);
  if (level.length > 0) parts.push(`${listed(level)} cannot be told apart from it`);
  return parts.join('; ');
}

function listed(methods: readonly Method[]): string {
  const names = methods.map((method) => NAMES[method]);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
