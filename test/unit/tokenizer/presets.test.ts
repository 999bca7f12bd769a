import assert from 'node:assert/strict';
import { scratchConfig, scratchVocabSize } from '../../../lib/t5/checkpoint/presets.ts';

/** Weights of a tied, ReLU T5 with this config. */
function weightsOf(config: ReturnType<typeof scratchConfig>): number {
  const { d_model, d_kv, num_heads, d_ff, num_layers, num_decoder_layers, vocab_size } = config;
  const attention = 4 * d_model * d_kv * num_heads;
  const feedForward = 2 * d_model * d_ff;
  const encoder = num_layers * (attention + feedForward + 2 * d_model);
  const decoder = num_decoder_layers * (2 * attention + feedForward + 3 * d_model);
  const positions = 2 * config.relative_attention_num_buckets * num_heads;
  return vocab_size * d_model + encoder + decoder + 2 * d_model + positions;
}

describe('scratchConfig', () => {
  // As transformers 5.23.0 counts them.
  for (const [size, weights] of [
    ['tiny', 1_050_368],
    ['small', 9_443_072],
  ] as const)
    it(`makes a ${size} model of ${weights} weights`, () => {
      assert.equal(weightsOf(scratchConfig(size, scratchVocabSize(size))), weights);
    });

  it('takes the size of the vocabulary there is', () => {
    assert.equal(scratchConfig('tiny', 777).vocab_size, 777);
  });
});
