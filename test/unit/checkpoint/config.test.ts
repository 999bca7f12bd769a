import assert from 'node:assert/strict';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { parseConfig } from '../../../lib/t5/checkpoint/config.ts';

const SIZES = { d_model: 8, d_kv: 4, d_ff: 16, num_layers: 2, num_heads: 2, vocab_size: 50 };
const T5 = { model_type: 't5', ...SIZES };

describe('parseConfig', () => {
  it('reads T5 1.0, 1.1, flan and mT5, whichever transformers wrote them', () => {
    const kinds: [Record<string, unknown>, 'relu' | 'gated-gelu', boolean][] = [
      [T5, 'relu', true],
      [{ ...T5, feed_forward_proj: 'relu', dense_act_fn: 'relu', is_gated_act: false }, 'relu', true],
      [{ ...T5, feed_forward_proj: 'gated-gelu', tie_word_embeddings: false }, 'gated-gelu', false],
      [
        {
          ...T5,
          feed_forward_proj: 'gated-gelu',
          dense_act_fn: 'gelu_new',
          is_gated_act: true,
          tie_word_embeddings: true,
          scale_decoder_outputs: false,
        },
        'gated-gelu',
        false,
      ],
      [{ ...SIZES, model_type: 'mt5', tie_word_embeddings: true }, 'gated-gelu', false],
    ];
    for (const [source, feedForward, tied] of kinds) {
      const config = parseConfig(source);
      assert.deepEqual([config.feedForward, config.tied], [feedForward, tied], JSON.stringify(source));
    }
  });

  it('takes as many decoder as encoder layers unless it is told', () => {
    assert.equal(parseConfig(T5).decoderLayers, 2);
    assert.equal(parseConfig({ ...T5, num_decoder_layers: 5 }).decoderLayers, 5);
  });

  const refused: [Record<string, unknown>, RegExp][] = [
    [
      { model_type: 'umt5' },
      /config\.json, model_type: "umt5" is not supported\. A checkpoint of type t5 or mt5/,
    ],
    [{ feed_forward_proj: 'gated-silu' }, /feed_forward_proj: "gated-silu" is not supported/],
    [
      { dense_act_fn: 'gelu' },
      /dense_act_fn: "gelu" is not supported\. With feed_forward_proj relu, relu is/,
    ],
    [{ is_gated_act: true }, /is_gated_act: true is not supported/],
    [{ scale_decoder_outputs: 'yes' }, /scale_decoder_outputs: "yes" is not supported/],
    [{ quantization_config: { bits: 4 } }, /quantization_config: /],
    [{ tie_encoder_decoder: true }, /tie_encoder_decoder: true is not supported/],
    [{ d_kv: undefined }, /d_kv: is missing\. A whole number/],
    [{ num_heads: 0 }, /num_heads: 0 is not supported/],
    [{ layer_norm_epsilon: 'tiny' }, /layer_norm_epsilon: "tiny" is not supported/],
    [{ eos_token_id: [1, 2] }, /eos_token_id: \[1,2\] is not supported/],
  ];
  for (const [change, message] of refused)
    it(`refuses ${JSON.stringify(change)} by the field's name`, () => {
      assert.throws(
        () => parseConfig({ ...T5, ...change }),
        (error) => error instanceof InvalidInput && message.test(error.message),
      );
    });
});
