import assert from 'node:assert/strict';
import { batchSizeFor } from '../../../lib/t5/decoding/batch-plan.ts';

const settings = { batchSize: 16, numBeams: 4 };

describe('the batches of a generation', () => {
  it('are of the size that the settings say, but two where one would hold all prompts', () => {
    const sizes = [1, 14, 15, 16, 17, 32, 5000].map((prompts) => batchSizeFor(prompts, settings));
    assert.deepEqual(sizes, [16, 16, 8, 8, 16, 16, 16]);
  });

  it('stay one where half of it would hardly take less time', () => {
    assert.equal(batchSizeFor(16, { ...settings, numBeams: 1 }), 16);
    assert.equal(batchSizeFor(64, { batchSize: 64, numBeams: 1 }), 32);
  });
});
