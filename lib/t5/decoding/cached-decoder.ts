import { relativeBucket } from '../relative-bucket.ts';
import { Ancestry } from './ancestry.ts';
import { type Encoded, spread } from './encoder.ts';
import { FLOAT, type Value } from './kernels.ts';
import { addAttended, feedForward, type Layers, normalise, project, splitHeads, weigh } from './layers.ts';

/** Makes a slot vanish in a softmax. */
const MASKED = -1e9;

/**
 * Steps between two tidyings of the cache. Tokens of so many steps are kept apart, because appending copies them; those
 * of beams that died out stay in the way until they are dropped.
 */
const BLOCK = 16;

interface LayerCache {
  /** Keys and values of the encoder's output: `[inputs, heads, dKv, source]` and `[inputs, heads, source, dKv]`. */
  crossKeys: Value;
  crossValues: Value;
  /** Tokens up to the latest tidying: `[inputs, heads, slots, dKv]`. */
  settledKeys: Value | undefined;
  settledValues: Value | undefined;
  /** Tokens since, in the same layout. */
  recentKeys: Value | undefined;
  recentValues: Value | undefined;
}

/**
 * The decoder one token at a time. A row is one beam of one input: row = input * beams + beam. Of what has been computed
 * it keeps, for each input, the keys and values of the encoder's output and those of the decoded tokens.
 */
export class CachedDecoder {
  readonly #layers: Layers;
  readonly #beams: number;
  readonly #ancestry: Ancestry;
  #inputs: number;
  #caches: LayerCache[];
  #crossBias: Value | undefined;
  /** `[heads, maxLength + 1]`: bias of each distance, and of slots that are not to be attended to. */
  readonly #positions: Value;
  #settledSlots = 0;
  #recentSteps = 0;

  /**
   * @param encoded is released here
   * @param maxLength most tokens of a sequence
   */
  constructor(layers: Layers, encoded: Encoded, options: { beams: number; maxLength: number }) {
    const { kernels, config } = layers;
    this.#layers = layers;
    this.#beams = options.beams;
    const { inputs, padding } = encoded.layout;
    this.#inputs = inputs;
    this.#ancestry = new Ancestry(inputs, options.beams, options.maxLength);
    this.#crossBias = padding?.bias;
    this.#positions = kernels.keep(kernels.scope(() => positionTable(layers, options.maxLength)));
    this.#caches = Array.from({ length: config.decoderLayers }, (_, layer) => {
      const [crossKeys, crossValues] = kernels.keep(
        kernels.scope(() => crossProjections(layers, `decoder.${layer}.cross`, encoded)),
      ) as [Value, Value];
      return {
        crossKeys,
        crossValues,
        settledKeys: undefined,
        settledValues: undefined,
        recentKeys: undefined,
        recentValues: undefined,
      };
    });
    kernels.release([encoded.states, ...(padding ? [padding.spread, padding.pack] : [])]);
  }

  /**
   * Decodes one more token of every row.
   * @param ids the rows' latest tokens
   * @param origins row whose past each row continues; undefined when every row continues its own
   * @returns `[rows, vocabulary]`, unnormalised; the caller releases it
   */
  step(ids: Int32Array, origins?: Int32Array): Value {
    const { kernels, config } = this.#layers;
    if (origins) this.#ancestry.reorder(origins);
    if (this.#recentSteps === BLOCK) this.#settle();
    this.#ancestry.append();
    this.#recentSteps++;
    return kernels.keep(
      kernels.scope(() => {
        const bias = this.#selfBias();
        let x = this.#embed(ids);
        for (const [layer, cache] of this.#caches.entries()) {
          const name = `decoder.${layer}`;
          x = kernels.scope(() => {
            const attended = this.#selfAttention(`${name}.self`, cache, x, bias);
            return feedForward(
              this.#layers,
              this.#crossAttention(`${name}.cross`, cache, attended),
              `${name}.feed`,
            );
          });
        }
        const normed = normalise(this.#layers, x, 'decoder');
        const scaled = config.tied ? kernels.multiply(normed, kernels.scalar(config.dModel ** -0.5)) : normed;
        const logits = kernels.reshape(project(this.#layers, scaled, 'head'), [ids.length, config.vocabSize]);
        return kernels.cast(logits, FLOAT);
      }),
    );
  }

  /** Forgets all inputs but these, which are numbered anew. */
  retain(inputs: readonly number[]): void {
    const { kernels } = this.#layers;
    this.#ancestry.retain(inputs);
    this.#inputs = inputs.length;
    const indices = kernels.integers(Int32Array.from(inputs), [inputs.length]);
    const select = (value: Value | undefined) => {
      if (!value) return undefined;
      const selected = kernels.gather(value, indices, 0);
      kernels.release([value]);
      return selected;
    };
    this.#crossBias = select(this.#crossBias);
    for (const cache of this.#caches)
      for (const key of Object.keys(cache) as (keyof LayerCache)[]) cache[key] = select(cache[key])!;
    kernels.release([indices]);
  }

  dispose(): void {
    const values = [
      this.#positions,
      this.#crossBias,
      ...this.#caches.flatMap((cache) => Object.values(cache)),
    ];
    this.#layers.kernels.release(values.filter((value): value is Value => value !== undefined));
  }

  /** `[rows, dModel]`, or as prepacked matrices want rows if there are such. */
  #embed(ids: Int32Array): Value {
    const { kernels, weights } = this.#layers;
    const x = weights.embed(kernels.integers(ids, [ids.length]));
    return weights.arePrepackedFor(ids.length) ? kernels.reshape(x, [1, 1, ...x.shape]) : x;
  }

  #selfAttention(name: string, cache: LayerCache, x: Value, bias: Value): Value {
    const { kernels } = this.#layers;
    const projected = project(this.#layers, normalise(this.#layers, x, name), `${name}.queryKeyValue`);
    const [query, key, value] = splitHeads(this.#layers, projected, this.#inputs, 3) as [Value, Value, Value];
    const keys = this.#append(cache.recentKeys, key);
    const values = this.#append(cache.recentValues, value);
    cache.recentKeys = keys;
    cache.recentValues = values;
    const { settledKeys, settledValues } = cache;
    const recentScores = kernels.batchMatMul(query, keys, true);
    if (!settledKeys || !settledValues) {
      const mixed = kernels.batchMatMul(weigh(kernels, recentScores, bias), values);
      return addAttended(this.#layers, x, mixed, name);
    }
    const scores = kernels.concat([kernels.batchMatMul(query, settledKeys, true), recentScores], 3);
    const attention = weigh(kernels, scores, bias);
    const [before, since] = this.#splitSlots(attention) as [Value, Value];
    const mixed = kernels.add(kernels.batchMatMul(before, settledValues), kernels.batchMatMul(since, values));
    return addAttended(this.#layers, x, mixed, name);
  }

  #crossAttention(name: string, cache: LayerCache, x: Value): Value {
    const { kernels } = this.#layers;
    const projected = project(this.#layers, normalise(this.#layers, x, name), `${name}.query`);
    const [query] = splitHeads(this.#layers, projected, this.#inputs, 1) as [Value];
    const scores = kernels.batchMatMul(query, cache.crossKeys);
    const mixed = kernels.batchMatMul(weigh(kernels, scores, this.#crossBias), cache.crossValues);
    return addAttended(this.#layers, x, mixed, name);
  }

  #splitSlots(attention: Value): Value[] {
    const { kernels } = this.#layers;
    const [inputs, heads, beams, slots] = attention.shape as [number, number, number, number];
    const settled = this.#settledSlots;
    return [
      kernels.slice(attention, [0, 0, 0, 0], [inputs, heads, beams, settled]),
      kernels.slice(attention, [0, 0, 0, settled], [inputs, heads, beams, slots - settled]),
    ];
  }

  /** Appends the tokens of one step; the result outlives the scope. */
  #append(past: Value | undefined, latest: Value): Value {
    const { kernels } = this.#layers;
    const all = kernels.keep(past ? kernels.concat([past, latest], 2) : latest);
    if (past) kernels.release([past]);
    return all;
  }

  /** Moves the recent tokens to the settled ones, without those of beams that died out. */
  #settle(): void {
    const { kernels } = this.#layers;
    const live = this.#ancestry.compact();
    const slots = this.#ancestry.slots;
    const indices = live && kernels.integers(live, [this.#inputs, slots]);
    const merge = (settled: Value | undefined, recent: Value) => {
      const merged = kernels.keep(
        kernels.scope(() => {
          const all = settled ? kernels.concat([settled, recent], 2) : recent;
          return indices ? kernels.gather(all, indices, 2, 1) : all;
        }),
      );
      const used = settled ? [settled, recent] : [recent];
      kernels.release(used.filter((value) => value !== merged));
      return merged;
    };
    for (const cache of this.#caches) {
      cache.settledKeys = merge(cache.settledKeys, cache.recentKeys!);
      cache.settledValues = merge(cache.settledValues, cache.recentValues!);
      cache.recentKeys = undefined;
      cache.recentValues = undefined;
    }
    if (indices) kernels.release([indices]);
    this.#settledSlots = slots;
    this.#recentSteps = 0;
  }

  /** Bias of every slot for every row: that of its distance, or what hides it. `[inputs, heads, beams, slots]` */
  #selfBias(): Value {
    const { kernels } = this.#layers;
    const shape = [this.#inputs, this.#beams, this.#ancestry.slots];
    const distances = kernels.integers(this.#ancestry.distances(), shape);
    return kernels.transpose(kernels.gather(this.#positions, distances, 1), [1, 0, 2, 3]);
  }
}

function crossProjections(layers: Layers, name: string, { layout, states }: Encoded): Value[] {
  const projected = spread(layers, project(layers, states, `${name}.keyValue`), layout);
  const [keys, values] = splitHeads(layers, projected, layout.inputs, 2) as [Value, Value];
  return [layers.kernels.transpose(keys, [0, 1, 3, 2]), values];
}

function positionTable({ kernels, config, weights }: Layers, maxLength: number): Value {
  const buckets = Int32Array.from({ length: maxLength }, (_, distance) =>
    relativeBucket(-distance, false, config),
  );
  const biases = kernels.gather(weights.get('decoder.positions'), kernels.integers(buckets, [maxLength]), 0);
  const hidden = kernels.floats(new Float32Array(config.heads).fill(MASKED), [1, config.heads]);
  return kernels.transpose(kernels.concat([biases, hidden], 0), [1, 0]);
}
