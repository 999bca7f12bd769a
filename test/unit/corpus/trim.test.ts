import assert from 'node:assert/strict';
import { trimSentences } from '../../../lib/corpus/clean.ts';

const CASES: Array<[why: string, input: string, output: string]> = [
  ['a single sentence stays', 'a', 'a'],
  ['two sentences stay', 'a. b', 'a. b'],
  ['three sentences stay, since nothing would remain', 'a. b. c', 'a. b. c'],
  ['of four, the first and the last go', 'a. b. c. d', 'b. c'],
  ['of five, the first and the last go', 'a. b. c. d. e', 'b. c. d'],
  ['of six, the first and the last two go', 'a. b. c. d. e. f', 'b. c. d'],
  ['a final dot makes an empty last sentence', 'a. b. c. d. e.', 'b. c. d'],
  ['two sentences with final dots are three', 'a. b.', 'a. b.'],
  ['the dot of a number divides too', 'a. b 3.5 c. d. e. f', 'b 3.5 c. d'],
  ['an empty text stays empty', '', ''],
];

describe('trimSentences', () => {
  for (const [why, input, output] of CASES) it(why, () => assert.equal(trimSentences(input), output));
});
