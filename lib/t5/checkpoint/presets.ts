/** The shapes of T5s that are known by name, as Hugging Face config.json objects. */
import type { ScratchModelSettings } from '../../settings/settings.ts';

export type ScratchSize = ScratchModelSettings['scratch'];

type Size = readonly [dModel: number, dKv: number, heads: number, dFf: number, layers: number];

/**
 * The models trained from random weights: T5's original architecture (ReLU, tied embedding) in two small sizes.
 *
 * tiny: 1,050,368 weights, 393,216 of them in the vocabulary. It sees its few texts a handful of times and is far from
 * learning them by heart, so dropout would only slow it. small: 9,443,072 weights, 2,097,152 of them in the vocabulary.
 */
const SCRATCH: Record<ScratchSize, { vocabSize: number; dropout: number; size: Size }> = {
  tiny: { vocabSize: 3072, dropout: 0, size: [128, 32, 4, 256, 2] },
  small: { vocabSize: 8192, dropout: 0.05, size: [256, 64, 4, 1024, 4] },
};

/** The published T5s: 1.0, and 1.1 whose shapes flan-t5 has. */
const PUBLISHED: Record<string, Size> = {
  't5-small': [512, 64, 8, 2048, 6],
  't5-base': [768, 64, 12, 3072, 12],
  't5-large': [1024, 64, 16, 4096, 24],
  'flan-t5-small': [512, 64, 6, 1024, 8],
  'flan-t5-base': [768, 64, 12, 2048, 12],
  'flan-t5-large': [1024, 64, 16, 2816, 24],
};

export const PUBLISHED_NAMES = Object.keys(PUBLISHED);

/** Ids to ask of `trainTokenizer` for a model of this size, sentinels included. */
export const scratchVocabSize = (size: ScratchSize): number => SCRATCH[size].vocabSize;

/**
 * The config.json of a model of this size.
 * @param vocabSize ids the trained tokenizer has: fewer than asked for where the corpus is small
 */
export const scratchConfig = (name: ScratchSize, vocabSize: number) =>
  configOf(SCRATCH[name].size, vocabSize, SCRATCH[name].dropout, false);

/** The config.json of a published T5, as far as it says the shape; undefined for another name. */
export function publishedConfig(name: string) {
  const size = PUBLISHED[name];
  return size && configOf(size, 32_128, 0.1, name.startsWith('flan'));
}

/** Fields are named as transformers names them. */
const configOf = (
  [dModel, dKv, heads, dFf, layers]: Size,
  vocabSize: number,
  dropout: number,
  isGated: boolean,
) => ({
  architectures: ['T5ForConditionalGeneration'],
  model_type: 't5',
  vocab_size: vocabSize,
  d_model: dModel,
  d_kv: dKv,
  num_heads: heads,
  d_ff: dFf,
  num_layers: layers,
  num_decoder_layers: layers,
  dropout_rate: dropout,
  feed_forward_proj: isGated ? 'gated-gelu' : 'relu',
  relative_attention_num_buckets: 32,
  relative_attention_max_distance: 128,
  layer_norm_epsilon: 1e-6,
  initializer_factor: 1,
  is_encoder_decoder: true,
  tie_word_embeddings: !isGated,
  use_cache: true,
  n_positions: 512,
  pad_token_id: 0,
  eos_token_id: 1,
  decoder_start_token_id: 0,
});
