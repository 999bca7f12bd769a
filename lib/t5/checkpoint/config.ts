import { InvalidInput } from '../../settings/invalid-input.ts';

/** The shape of a T5, from Hugging Face's config.json. */
export interface T5Config {
  dModel: number;
  /** Size of one attention head's key, query and value. */
  dKv: number;
  dFf: number;
  encoderLayers: number;
  decoderLayers: number;
  heads: number;
  vocabSize: number;
  relativeBuckets: number;
  relativeMaxDistance: number;
  dropout: number;
  layerNormEpsilon: number;
  /** `relu`: T5 1.0. `gated-gelu`: T5 1.1, flan-T5 and mT5. */
  feedForward: 'relu' | 'gated-gelu';
  /**
   * Whether the model is made for an output layer that is the embedding, as T5 1.0: the decoder's output is scaled by
   * dModel^-0.5. Whether a checkpoint has an output layer of its own is seen from its tensors.
   */
  tied: boolean;
  initializerFactor: number;
  padId: number;
  eosId: number;
  decoderStartId: number;
  /** config.json as it was read, so that saving keeps what this engine does not use. */
  source: Record<string, unknown>;
}

/** Reads a parsed config.json. @throws {InvalidInput} naming the field that is missing or not supported */
export function parseConfig(source: Record<string, unknown>): T5Config {
  if (source.model_type !== 't5' && source.model_type !== 'mt5')
    refuse(source, 'model_type', 'A checkpoint of type t5 or mt5 is needed, such as google-t5/t5-base');
  for (const field of ['quantization_config', 'tie_encoder_decoder'])
    if (source[field]) refuse(source, field, 'A checkpoint without it is needed');
  const size = (field: string, fallback?: number) => whole(source, field, 1, fallback);
  const id = (field: string, fallback: number) => whole(source, field, 0, fallback);
  const encoderLayers = size('num_layers');
  return {
    dModel: size('d_model'),
    dKv: size('d_kv'),
    dFf: size('d_ff'),
    encoderLayers,
    decoderLayers: size('num_decoder_layers', encoderLayers),
    heads: size('num_heads'),
    vocabSize: size('vocab_size'),
    relativeBuckets: size('relative_attention_num_buckets', 32),
    relativeMaxDistance: size('relative_attention_max_distance', 128),
    dropout: real(source, 'dropout_rate', 0.1),
    layerNormEpsilon: real(source, 'layer_norm_epsilon', 1e-6),
    feedForward: feedForwardOf(source),
    tied: isScaled(source),
    initializerFactor: real(source, 'initializer_factor', 1),
    padId: id('pad_token_id', 0),
    eosId: id('eos_token_id', 1),
    decoderStartId: id('decoder_start_token_id', 0),
    source,
  };
}

function feedForwardOf(source: Record<string, unknown>): T5Config['feedForward'] {
  const projection = source.feed_forward_proj ?? (source.model_type === 'mt5' ? 'gated-gelu' : 'relu');
  if (projection !== 'relu' && projection !== 'gated-gelu')
    return refuse(source, 'feed_forward_proj', 'relu and gated-gelu are');
  // These two repeat feed_forward_proj, and win over it in transformers.
  const isGated = projection === 'gated-gelu';
  const repeated = { is_gated_act: isGated, dense_act_fn: isGated ? 'gelu_new' : 'relu' };
  for (const [field, expected] of Object.entries(repeated))
    if ((source[field] ?? expected) !== expected)
      refuse(source, field, `With feed_forward_proj ${projection}, ${expected} is`);
  return projection;
}

function isScaled(source: Record<string, unknown>): boolean {
  if (source.model_type === 'mt5') return false;
  // transformers 5 writes this field, and tie_word_embeddings as true whatever the model is.
  const scaled = source.scale_decoder_outputs ?? source.tie_word_embeddings !== false;
  return typeof scaled === 'boolean' ? scaled : refuse(source, 'scale_decoder_outputs', 'true and false are');
}

function whole(source: Record<string, unknown>, field: string, least: number, fallback?: number): number {
  const value = source[field] ?? fallback;
  return Number.isInteger(value) && (value as number) >= least
    ? (value as number)
    : refuse(source, field, `A whole number of at least ${least} is expected`);
}

function real(source: Record<string, unknown>, field: string, fallback: number): number {
  const value = source[field] ?? fallback;
  return typeof value === 'number' ? value : refuse(source, field, 'A number is expected');
}

function refuse(source: Record<string, unknown>, field: string, remedy: string): never {
  const problem =
    source[field] === undefined ? 'is missing' : `${JSON.stringify(source[field])} is not supported`;
  throw new InvalidInput(`config.json, ${field}`, problem, remedy);
}
