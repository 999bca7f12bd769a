/**
 * The models trained from random weights: T5's original architecture (ReLU, tied embedding) in two small sizes, as
 * Hugging Face config.json objects.
 */
import type { ScratchModelSettings } from '../../settings/settings.ts';

export type ScratchSize = ScratchModelSettings['scratch'];

/**
 * Ids asked of the tokenizer's training, sentinels included, and the fields of config.json in which the sizes differ.
 *
 * tiny: 1,050,368 weights, 393,216 of them in the vocabulary. It sees its few texts a handful of times and is far from
 * learning them by heart, so dropout would only slow it. small: 9,443,072 weights, 2,097,152 of them in the vocabulary.
 */
const PRESETS = {
  tiny: {
    vocabSize: 3072,
    shape: {
      d_model: 128,
      d_kv: 32,
      num_heads: 4,
      d_ff: 256,
      num_layers: 2,
      num_decoder_layers: 2,
      dropout_rate: 0,
    },
  },
  small: {
    vocabSize: 8192,
    shape: {
      d_model: 256,
      d_kv: 64,
      num_heads: 4,
      d_ff: 1024,
      num_layers: 4,
      num_decoder_layers: 4,
      dropout_rate: 0.05,
    },
  },
} satisfies Record<ScratchSize, unknown>;

/** Ids to ask of `trainTokenizer` for a model of this size. */
export const scratchVocabSize = (size: ScratchSize): number => PRESETS[size].vocabSize;

/**
 * The config.json of a model of this size, fields named as transformers names them.
 * @param vocabSize ids the trained tokenizer has: fewer than asked for where the corpus is small
 */
export function scratchConfig(size: ScratchSize, vocabSize: number) {
  return {
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    vocab_size: vocabSize,
    ...PRESETS[size].shape,
    feed_forward_proj: 'relu',
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    layer_norm_epsilon: 1e-6,
    initializer_factor: 1,
    is_encoder_decoder: true,
    tie_word_embeddings: true,
    use_cache: true,
    n_positions: 512,
    pad_token_id: 0,
    eos_token_id: 1,
    decoder_start_token_id: 0,
  };
}
