import assert from 'node:assert/strict';
import { roundedDuration } from '../../../client/plan-words.ts';

describe('a duration', () => {
  for (const [seconds, words] of [
    [0.4, '0 s'],
    [89, '89 s'],
    [90, '2 min'],
    [89 * 60, '89 min'],
    [3.5 * 3600, '3.5 h'],
    [5 * 86_400, '5.0 days'],
    [50 * 86_400, '7.1 weeks'],
  ] as const)
    it(`of ${seconds} s is ${words}`, () => assert.equal(roundedDuration(seconds), words));
});
