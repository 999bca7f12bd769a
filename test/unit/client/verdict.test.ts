import assert from 'node:assert/strict';
import { describeVerdict } from '../../../client/verdict.ts';

describe('the verdict in words', () => {
  it('says which method is best, which are behind it and which cannot be told apart', () => {
    assert.equal(
      describeVerdict({
        protocol: 'equal-updates',
        best: 'generated',
        behind: ['regular', 'undersample'],
        level: ['oversample'],
      }),
      'Under equal-updates, Generated has the best macro F1; Regular and Undersample are behind it; Oversample cannot be told apart from it.',
    );
  });

  it('says what the fixed epochs would have made of it', () => {
    assert.equal(
      describeVerdict({
        protocol: 'tuned',
        ...{ best: 'regular', behind: ['oversample'], level: [] },
        paper: { best: 'oversample', behind: ['regular'], level: [] },
      }),
      'Under tuned, Regular has the best macro F1; Oversample is behind it. Under paper it would have been: Oversample has the best macro F1; Regular is behind it.',
    );
  });
});
