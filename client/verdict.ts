import type { Verdict } from '../lib/report/schema.ts';

/** The verdict in its own words: what to do and why, what `paper` would have said otherwise, and what to bear in mind. */
export function describeVerdict({ sentence, grounds, paper, cautions }: Verdict): string {
  return [sentence, grounds, paper, ...cautions].filter((words) => words !== undefined).join('\n');
}
