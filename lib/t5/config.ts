import { InvalidInput } from '../settings/invalid-input.ts';

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
  /** `relu`: T5 1.0. `gated-gelu`: T5 1.1 and flan-T5. */
  feedForward: 'relu' | 'gated-gelu';
  /** Whether the output layer is the embedding. The decoder's output is then scaled by dModel^-0.5. */
  tied: boolean;
  initializerFactor: number;
  padId: number;
  eosId: number;
  decoderStartId: number;
  /** config.json as it was read, so that saving keeps what this engine does not use. */
  source: Record<string, unknown>;
}

/**
 * Reads a parsed config.json.
 * @throws {InvalidInput} naming the field that is missing or not supported
 */
export function parseConfig(source: Record<string, unknown>): T5Config {
  const refuse = (field: string, remedy: string): never => {
    throw new InvalidInput(
      `config.json, ${field}`,
      `${JSON.stringify(source[field])} is not supported`,
      remedy,
    );
  };
  const whole = (field: string, fallback?: number): number => {
    const value = source[field] ?? fallback;
    return Number.isInteger(value) && (value as number) >= 0
      ? (value as number)
      : refuse(field, 'A whole number is expected');
  };
  const real = (field: string, fallback: number): number => {
    const value = source[field] ?? fallback;
    return typeof value === 'number' ? value : refuse(field, 'A number is expected');
  };
  if (source.model_type !== 't5')
    refuse('model_type', 'A checkpoint of type t5 is needed, such as google-t5/t5-base');
  const projection = source.feed_forward_proj ?? 'relu';
  if (projection !== 'relu' && projection !== 'gated-gelu')
    refuse('feed_forward_proj', 'relu and gated-gelu are');
  const encoderLayers = whole('num_layers');
  return {
    dModel: whole('d_model'),
    dKv: whole('d_kv'),
    dFf: whole('d_ff'),
    encoderLayers,
    decoderLayers: whole('num_decoder_layers', encoderLayers),
    heads: whole('num_heads'),
    vocabSize: whole('vocab_size'),
    relativeBuckets: whole('relative_attention_num_buckets', 32),
    relativeMaxDistance: whole('relative_attention_max_distance', 128),
    dropout: real('dropout_rate', 0.1),
    layerNormEpsilon: real('layer_norm_epsilon', 1e-6),
    feedForward: projection as T5Config['feedForward'],
    tied: source.tie_word_embeddings !== false,
    initializerFactor: real('initializer_factor', 1),
    padId: whole('pad_token_id', 0),
    eosId: whole('eos_token_id', 1),
    decoderStartId: whole('decoder_start_token_id', 0),
    source,
  };
}
