import { scratchConfig } from '../lib/t5/checkpoint/presets.ts';

/** config.json of the models that the benchmarks of T5 make with random weights. */
export const SHAPES: Record<string, Record<string, unknown>> = {
  base: {
    ...scratchConfig('small', 32_128),
    d_model: 768,
    d_kv: 64,
    num_heads: 12,
    d_ff: 3072,
    num_layers: 12,
    num_decoder_layers: 12,
    dropout_rate: 0.1,
  },
  small: { ...scratchConfig('small', 8192), dropout_rate: 0.1 },
  tiny: { ...scratchConfig('tiny', 3072), dropout_rate: 0.1 },
};
