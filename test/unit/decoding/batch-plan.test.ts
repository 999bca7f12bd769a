import assert from 'node:assert/strict';
import { parseConfig } from '../../../lib/t5/checkpoint/config.ts';
import { scratchConfig } from '../../../lib/t5/checkpoint/presets.ts';
import { areWorthThreads, batchSizeFor } from '../../../lib/t5/decoding/batch-plan.ts';

const T5_BASE = parseConfig({
  model_type: 't5',
  d_model: 768,
  d_kv: 64,
  d_ff: 3072,
  num_layers: 12,
  num_heads: 12,
  vocab_size: 32_128,
});
const settings = { batchSize: 16, numBeams: 4, maxLength: 64 };

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

describe('other threads', () => {
  it('are started for one batch of t5-base, and for many of a tiny model', () => {
    const tiny = parseConfig(scratchConfig('tiny', 2000));
    assert.equal(areWorthThreads(16, settings, T5_BASE), true);
    assert.equal(areWorthThreads(1, settings, T5_BASE), false);
    assert.equal(areWorthThreads(16, settings, tiny), false);
    assert.equal(areWorthThreads(2000, settings, tiny), true);
  });
});
