import type { Tensor } from '../engine.ts';
import {
  attend,
  embed,
  feedForward,
  headWeight,
  linear,
  normalise,
  type Pass,
  paddingBias,
  relativeBucket,
  splitHeads,
} from '../model.ts';

/**
 * The decoder one token at a time. Keys and values of what was decoded are kept for each row; those of the encoder's
 * output once for each input, which its beams share.
 *
 * A row is one beam of one input: row = input * beams + beam.
 */
export class CachedDecoder {
  readonly #pass: Pass;
  readonly #inputs: number;
  readonly #beams: number;
  readonly #maxLength: number;
  /** By layer: query, key and value weights as one matrix `[3 * inner, dModel]`. */
  readonly #fused: Tensor[];
  /** By layer: `[inputs, heads, source, dKv]`. */
  readonly #crossKeys: Tensor[];
  readonly #crossValues: Tensor[];
  /** `[inputs, 1, 1, source]` */
  readonly #crossBias: Tensor;
  /** `[1, heads, 1, maxLength]`: bias of the distances maxLength - 1 down to 0. */
  readonly #positions: Tensor;
  /** `[dModel, vocabulary]`: transposed once, because the product is quicker so. */
  readonly #head: Tensor;
  /** By layer: `[rows, heads, decoded, dKv]`. */
  #keys: Tensor[] = [];
  #values: Tensor[] = [];
  #length = 0;

  /**
   * @param encoded `[inputs, source, dModel]`
   * @param mask `[inputs, source]`
   */
  constructor(pass: Pass, encoded: Tensor, mask: Tensor, options: { beams: number; maxLength: number }) {
    const { tf, config, weight } = pass;
    this.#pass = pass;
    this.#inputs = encoded.shape[0]!;
    this.#beams = options.beams;
    this.#maxLength = options.maxLength;
    const layers = Array.from({ length: config.decoderLayers }, (_, layer) => `decoder.${layer}`);
    const kept = <T>(compute: () => T) => tf.keep(tf.tidy(compute as never) as Tensor);
    this.#fused = layers.map((name) =>
      kept(() =>
        tf.concat(
          ['query', 'key', 'value'].map((part) => weight(`${name}.self.${part}`)),
          0,
        ),
      ),
    );
    this.#crossKeys = layers.map((name) =>
      kept(() => splitHeads(pass, linear(pass, encoded, weight(`${name}.cross.key`)))),
    );
    this.#crossValues = layers.map((name) =>
      kept(() => splitHeads(pass, linear(pass, encoded, weight(`${name}.cross.value`)))),
    );
    this.#crossBias = kept(() => paddingBias(tf, mask));
    this.#positions = kept(() => this.#positionTable());
    this.#head = kept(() => tf.transpose(headWeight(pass)));
  }

  /**
   * Decodes one more token of every row.
   * @param ids the rows' latest tokens
   * @param from row whose past each row continues; undefined when every row continues its own
   * @returns `[rows, vocabulary]`, unnormalised
   */
  step(ids: Int32Array, from?: Int32Array): Tensor {
    const { tf, config, weight } = this.#pass;
    const pass = this.#pass;
    const old = [...this.#keys, ...this.#values];
    const result = tf.tidy(() => {
      const reordered = from && this.#length > 0 ? tf.tensor1d(from, 'int32') : undefined;
      const keys: Tensor[] = [];
      const values: Tensor[] = [];
      let x: Tensor = embed(pass, tf.tensor1d(ids, 'int32')); // [rows, dModel]
      for (let layer = 0; layer < config.decoderLayers; layer++) {
        const name = `decoder.${layer}`;
        const past = reordered
          ? [tf.gather(this.#keys[layer]!, reordered), tf.gather(this.#values[layer]!, reordered)]
          : [this.#keys[layer], this.#values[layer]];
        const attended = this.#selfAttention(name, layer, x, past[0], past[1]);
        keys.push(attended.keys);
        values.push(attended.values);
        x = tf.add(x, attended.out);
        x = tf.add(x, this.#crossAttention(name, layer, x));
        x = tf.add(x, feedForward(pass, `${name}.feed`, x));
      }
      const normed = normalise(pass, x, weight('decoder.norm'));
      const scaled = config.tied ? tf.mul(normed, config.dModel ** -0.5) : normed;
      return [tf.matMul(scaled as never, this.#head as never), ...keys, ...values] as Tensor[];
    });
    for (const tensor of old) tensor.dispose();
    const [logits, ...caches] = result as Tensor[];
    this.#keys = caches.slice(0, config.decoderLayers).map((tensor) => tf.keep(tensor));
    this.#values = caches.slice(config.decoderLayers).map((tensor) => tf.keep(tensor));
    this.#length++;
    return logits!;
  }

  dispose(): void {
    const single = [this.#crossBias, this.#positions, this.#head];
    const lists = [this.#fused, this.#crossKeys, this.#crossValues, this.#keys, this.#values];
    for (const tensor of [...single, ...lists.flat()]) tensor.dispose();
  }

  #selfAttention(
    name: string,
    layer: number,
    x: Tensor,
    pastKeys: Tensor | undefined,
    pastValues: Tensor | undefined,
  ) {
    const { tf, config, weight } = this.#pass;
    const rows = x.shape[0]!;
    const normed = normalise(this.#pass, x, weight(`${name}.self.norm`));
    const [query, key, value] = tf
      .split(linear(this.#pass, normed, this.#fused[layer]!), 3, 1)
      .map((part) => tf.reshape(part, [rows, config.heads, 1, config.dKv])) as [Tensor, Tensor, Tensor];
    const keys = pastKeys ? tf.concat([pastKeys, key], 2) : key;
    const values = pastValues ? tf.concat([pastValues, value], 2) : value;
    const bias = tf.slice(
      this.#positions,
      [0, 0, 0, this.#maxLength - 1 - this.#length],
      [1, -1, 1, this.#length + 1],
    );
    const mixed = tf.reshape(attend(this.#pass, query, keys, values, bias), [
      rows,
      config.heads * config.dKv,
    ]);
    return { out: linear(this.#pass, mixed, weight(`${name}.self.out`)), keys, values };
  }

  #crossAttention(name: string, layer: number, x: Tensor): Tensor {
    const { tf, config, weight } = this.#pass;
    const { heads, dKv } = config;
    const normed = normalise(this.#pass, x, weight(`${name}.cross.norm`));
    const projected = linear(this.#pass, normed, weight(`${name}.cross.query`));
    const query = tf.transpose(tf.reshape(projected, [this.#inputs, this.#beams, heads, dKv]), [0, 2, 1, 3]);
    const mixed = attend(
      this.#pass,
      query,
      this.#crossKeys[layer]!,
      this.#crossValues[layer]!,
      this.#crossBias,
    );
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [x.shape[0]!, heads * dKv]);
    return linear(this.#pass, joined, weight(`${name}.cross.out`));
  }

  #positionTable(): Tensor {
    const { tf, config, weight } = this.#pass;
    const length = this.#maxLength;
    const buckets = Int32Array.from({ length }, (_, index) =>
      relativeBucket(index - (length - 1), false, config),
    );
    const bias = tf.gather(weight('decoder.positions'), tf.tensor1d(buckets, 'int32')); // [length, heads]
    return tf.reshape(tf.transpose(bias), [1, config.heads, 1, length]);
  }
}
