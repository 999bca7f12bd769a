import assert from 'node:assert/strict';
import { describeVerdict } from '../../../client/outcome.ts';

describe('the verdict on the command line', () => {
  const verdict = { protocol: 'tuned', outcome: 'even', sentence: 'No difference.', cautions: [] } as const;

  it('is its sentence', () => assert.equal(describeVerdict({ ...verdict, cautions: [] }), 'No difference.'));

  it('says below it what the fixed epochs would have made of it, and what to bear in mind', () => {
    assert.equal(
      describeVerdict({ ...verdict, paper: 'Paper says otherwise.', cautions: ['One seed.'] }),
      'No difference.\nPaper says otherwise.\nOne seed.',
    );
  });
});
