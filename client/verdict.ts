import type { Verdict } from '../lib/report/schema.ts';

/** The verdict in its own words: the sentence, what `paper` would have said otherwise, and what to bear in mind. */
export function describeVerdict({ sentence, paper, cautions }: Verdict): string {
  return [sentence, ...(paper === undefined ? [] : [paper]), ...cautions].join('\n');
}
