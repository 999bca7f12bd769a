import type { Ranking, Verdict } from '../lib/evaluation/comparison.ts';
import { METHOD_NAMES } from '../lib/report/method-names.ts';
import { listed } from '../lib/report/words.ts';

/** The verdict in a sentence, and another where the fixed epochs of `paper` would have said otherwise. */
export function describeVerdict({ protocol, paper, ...ranking }: Verdict): string {
  const sentence = `Under ${protocol}, ${describeRanking(ranking)}.`;
  return paper ? `${sentence} Under paper it would have been: ${describeRanking(paper)}.` : sentence;
}

function describeRanking({ best, behind, level }: Ranking): string {
  const names = (methods: Ranking['behind']) => listed(methods.map((method) => METHOD_NAMES[method]));
  const parts = [`${METHOD_NAMES[best]} has the best macro F1`];
  if (behind.length > 0) parts.push(`${names(behind)} ${behind.length > 1 ? 'are' : 'is'} behind it`);
  if (level.length > 0) parts.push(`${names(level)} cannot be told apart from it`);
  return parts.join('; ');
}
