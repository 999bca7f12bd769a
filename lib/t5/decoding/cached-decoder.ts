import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { MASKED, relativeBucket, softmaxOfScores } from '../model.ts';
import { Ancestry } from './ancestry.ts';
import {
  addTo,
  type Encoded,
  feedForward,
  type Layers,
  normalise,
  project,
  projectionsByHeads,
} from './layers.ts';

/**
 * Steps between two tidyings of the cache. Tokens of so many steps are kept apart, because appending copies them; those
 * of beams that died out stay in the way until they are dropped.
 */
const BLOCK = 16;

type KeysAndValues = [keys: Tensor, values: Tensor];

interface LayerCache {
  /** Of the encoder's output, `[inputs, heads, source, dKv]`; the keys transposed, `[inputs, heads, dKv, source]`. */
  cross: KeysAndValues;
  /** Of tokens up to the latest tidying, `[inputs, heads, slots, dKv]`. */
  settled?: KeysAndValues;
  /** Of tokens since. */
  recent?: KeysAndValues;
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
  readonly #caches: LayerCache[];
  #crossBias: Tensor | undefined;
  /** `[heads, maxLength + 1]`: bias of each distance, and of slots that are not to be attended to. */
  readonly #positions: Tensor;
  #recentSteps = 0;

  /**
   * @param encoded is freed here
   * @param maxLength most tokens of a sequence
   */
  constructor(layers: Layers, encoded: Encoded, options: { beams: number; maxLength: number }) {
    const { ops, config } = layers;
    const { rows, states } = encoded;
    this.#layers = layers;
    this.#beams = options.beams;
    this.#inputs = rows.batch;
    this.#ancestry = new Ancestry(rows.batch, options.beams, options.maxLength);
    this.#crossBias = rows.hidden;
    this.#positions = ops.tidy(() => positionTable(layers, options.maxLength));
    this.#caches = Array.from({ length: config.decoderLayers }, (_, layer) => ({
      cross: ops.tidy((): KeysAndValues => {
        const projected = project(layers, states, `decoder.${layer}.cross.keyValue`);
        const [keys, values] = projectionsByHeads(layers, projected, rows, 2) as KeysAndValues;
        return [ops.transpose(keys, [0, 1, 3, 2]), values];
      }),
    }));
    ops.free(states, rows.toHeads, rows.toRows, rows.real);
  }

  /**
   * Decodes one more token of every row.
   * @param ids the rows' latest tokens
   * @param origins row whose past each row continues; undefined when every row continues its own
   * @returns `[rows, vocabulary]`, unnormalised
   */
  step(ids: Int32Array, origins?: Int32Array): Tensor {
    const { ops, config, weights } = this.#layers;
    if (origins) this.#ancestry.reorder(origins);
    if (this.#recentSteps === BLOCK) this.#settle();
    this.#ancestry.append();
    this.#recentSteps++;
    return ops.tidy(() => {
      const bias = this.#selfBias();
      const embedded = weights.embed(ids); // [rows, dModel]
      let x = weights.arePrepackedFor(ids.length)
        ? ops.reshape(embedded, [1, 1, ...embedded.shape])
        : embedded;
      for (const [layer, cache] of this.#caches.entries())
        x = ops.tidy(() => this.#layer(`decoder.${layer}`, cache, x, bias));
      const normed = normalise(this.#layers, x, 'decoder');
      const scaled = config.tied ? ops.scale(normed, config.dModel ** -0.5) : normed;
      const logits = ops.reshape(project(this.#layers, scaled, 'head'), [ids.length, config.vocabSize]);
      return ops.cast(logits, FLOAT);
    });
  }

  /** Forgets all inputs but these, which are numbered anew. */
  retain(inputs: readonly number[]): void {
    const { ops } = this.#layers;
    this.#ancestry.retain(inputs);
    this.#inputs = inputs.length;
    const indices = ops.ints([inputs.length], Int32Array.from(inputs));
    const select = (tensor: Tensor) => {
      const selected = ops.gather(tensor, indices);
      ops.free(tensor);
      return selected;
    };
    if (this.#crossBias) this.#crossBias = select(this.#crossBias);
    for (const cache of this.#caches)
      for (const pair of Object.values(cache) as KeysAndValues[]) pair.splice(0, 2, ...pair.map(select));
    ops.free(indices);
  }

  dispose(): void {
    const cached = this.#caches.flatMap((cache) => Object.values(cache) as KeysAndValues[]);
    this.#layers.ops.free(this.#positions, this.#crossBias, ...cached.flat());
  }

  #layer(name: string, cache: LayerCache, x: Tensor, bias: Tensor): Tensor {
    const attended = this.#selfAttention(`${name}.self`, cache, x, bias);
    return feedForward(this.#layers, this.#crossAttention(`${name}.cross`, cache, attended), `${name}.feed`);
  }

  #selfAttention(name: string, cache: LayerCache, x: Tensor, bias: Tensor): Tensor {
    const { ops } = this.#layers;
    const projected = project(this.#layers, normalise(this.#layers, x, name), `${name}.queryKeyValue`);
    const [query, ...latest] = this.#splitHeads(projected, 3) as [Tensor, Tensor, Tensor];
    const recent = this.#append(cache, latest);
    const parts = cache.settled ? [cache.settled, recent] : [recent];
    const scores = parts.map(([keys]) => ops.batchMatMul(query, keys, false, true));
    const attention = this.#weigh(ops.concat(scores, 3), bias);
    if (parts.length === 1) return this.#addAttended(x, name, [attention, recent[1]]);
    let start = 0;
    const weighted = scores.map(({ shape }, part): KeysAndValues => {
      const own = ops.slice(attention, [0, 0, 0, start], shape);
      start += shape[3]!;
      return [own, parts[part]![1]];
    });
    return this.#addAttended(x, name, ...weighted);
  }

  #crossAttention(name: string, { cross: [keys, values] }: LayerCache, x: Tensor): Tensor {
    const projected = project(this.#layers, normalise(this.#layers, x, name), `${name}.query`);
    const [query] = this.#splitHeads(projected, 1) as [Tensor];
    const scores = this.#layers.ops.batchMatMul(query, keys);
    return this.#addAttended(x, name, [this.#weigh(scores, this.#crossBias), values]);
  }

  /** Attention in the type of the scores. */
  #weigh(scores: Tensor, bias: Tensor | undefined): Tensor {
    const { ops } = this.#layers;
    return ops.cast(softmaxOfScores(ops, scores, bias), scores.dtype);
  }

  /**
   * Splits projections that lie side by side into heads.
   * @param x `[rows, parts * heads * dKv]`, with any axes of size 1 in front
   * @returns each part as `[inputs, heads, beams, dKv]`
   */
  #splitHeads(x: Tensor, parts: number): Tensor[] {
    const { ops, config } = this.#layers;
    const apart = ops.reshape(x, [this.#inputs, this.#beams, parts, config.heads, config.dKv]);
    return ops.unstack(ops.transpose(apart, [2, 0, 3, 1, 4]));
  }

  /** Sums values by their attention, projects them and adds that to the residual. */
  #addAttended(x: Tensor, name: string, ...weighted: [attention: Tensor, values: Tensor][]): Tensor {
    const { ops, config } = this.#layers;
    const sums = weighted.map(([attention, values]) => ops.batchMatMul(attention, values));
    const mixed = ops.transpose(ops.addAll(sums), [0, 2, 1, 3]); // [inputs, beams, heads, dKv]
    const joined = ops.reshape(mixed, [...x.shape.slice(0, -1), config.heads * config.dKv]);
    return addTo(ops, x, project(this.#layers, joined, `${name}.out`));
  }

  /** Appends the keys and values of one step, which outlive the scope. */
  #append(cache: LayerCache, latest: readonly Tensor[]): KeysAndValues {
    const { ops } = this.#layers;
    const past = cache.recent;
    cache.recent = latest.map((tensor, kind) =>
      ops.keep(past ? ops.concat([past[kind]!, tensor], 2) : tensor),
    ) as KeysAndValues;
    if (past) ops.free(...past);
    return cache.recent;
  }

  /** Moves the recent tokens to the settled ones, without those of beams that died out. */
  #settle(): void {
    const { ops } = this.#layers;
    const live = this.#ancestry.compact();
    const slots = this.#ancestry.slots;
    const indices = live && ops.ints([this.#inputs, slots], live);
    for (const cache of this.#caches) {
      const { settled, recent } = cache;
      cache.settled = recent!.map((latest, kind) =>
        ops.tidy(() => {
          const all = settled ? ops.concat([settled[kind]!, latest], 2) : latest;
          return indices ? ops.gather(all, indices, 2, 1) : all;
        }),
      ) as KeysAndValues;
      const used = [...(settled ?? []), ...recent!];
      ops.free(...used.filter((tensor) => !cache.settled!.includes(tensor)));
      delete cache.recent;
    }
    ops.free(indices);
    this.#recentSteps = 0;
  }

  /** Bias of every slot for every row: that of its distance, or what hides it. `[inputs, heads, beams, slots]` */
  #selfBias(): Tensor {
    const { ops } = this.#layers;
    const shape = [this.#inputs, this.#beams, this.#ancestry.slots];
    const distances = ops.ints(shape, this.#ancestry.distances());
    return ops.transpose(ops.gather(this.#positions, distances, 1), [1, 0, 2, 3]);
  }
}

function positionTable({ ops, config, weights }: Layers, maxLength: number): Tensor {
  const buckets = Int32Array.from({ length: maxLength }, (_, distance) =>
    relativeBucket(-distance, false, config),
  );
  const biases = ops.gather(weights.get('decoder.positions'), ops.ints([maxLength], buckets));
  const hidden = ops.floats([1, config.heads], new Float32Array(config.heads).fill(MASKED));
  return ops.transpose(ops.concat([biases, hidden], 0), [1, 0]);
}
