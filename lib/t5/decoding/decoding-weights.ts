import type { T5Config } from '../config.ts';
import { FLOAT, type Kernels, type Value } from './kernels.ts';

/** Where weights come from, by the names that `weightSpecs` gives them. */
export interface WeightSource {
  /** Whether the output layer has weights of its own. */
  hasHead: boolean;
  /** Matrices `[out, in]` one below the other, or one weight. It is copied before the next is taken. */
  take(names: readonly string[]): Value;
}

/**
 * The weights of a model in the layout in which decoding is quickest: matrices `[in, out]`, which makes the products of
 * a few rows 1.6 times as fast as `[out, in]`, and those that share their input side by side. There is one copy of each.
 */
export class DecodingWeights {
  readonly #kernels: Kernels;
  readonly #byName = new Map<string, Value>();

  /** @param dtype of the matrices; what is only added or multiplied by is of 32 bits */
  constructor(kernels: Kernels, config: T5Config, source: WeightSource, dtype: number) {
    this.#kernels = kernels;
    const copy = (name: string) => this.#set(name, () => kernels.add(source.take([name]), kernels.scalar(0)));
    const matrix = (name: string, ...parts: string[]) =>
      this.#set(name, () => kernels.transpose(kernels.cast(source.take(parts), dtype), [1, 0]));
    const block = (name: string) => {
      copy(`${name}.norm`);
      matrix(`${name}.out`, `${name}.out`);
    };
    for (const stack of ['encoder', 'decoder'] as const) {
      copy(`${stack}.positions`);
      copy(`${stack}.norm`);
      const layers = stack === 'encoder' ? config.encoderLayers : config.decoderLayers;
      for (let layer = 0; layer < layers; layer++) {
        const self = `${stack}.${layer}.self`;
        block(self);
        matrix(`${self}.queryKeyValue`, `${self}.query`, `${self}.key`, `${self}.value`);
        if (stack === 'decoder') {
          const cross = `${stack}.${layer}.cross`;
          block(cross);
          matrix(`${cross}.query`, `${cross}.query`);
          matrix(`${cross}.keyValue`, `${cross}.key`, `${cross}.value`);
        }
        const feed = `${stack}.${layer}.feed`;
        block(feed);
        matrix(`${feed}.in`, ...(config.feedForward === 'relu' ? [] : [`${feed}.gate`]), `${feed}.in`);
      }
    }
    matrix('head', source.hasHead ? 'head' : 'embedding');
    if (source.hasHead) copy('embedding');
  }

  get(name: string): Value {
    return this.#byName.get(name)!;
  }

  /**
   * Embeddings of ids. A tied model has them only as columns of its output layer: a second copy would be a ninth of
   * t5-base, and picking 64 columns takes 0.3 ms.
   * @param ids `[ids]`
   * @returns `[ids, dModel]`
   */
  embed(ids: Value): Value {
    const kernels = this.#kernels;
    const embedding = this.#byName.get('embedding');
    if (embedding) return kernels.gather(embedding, ids, 0);
    return kernels.cast(kernels.transpose(kernels.gather(this.get('head'), ids, 1), [1, 0]), FLOAT);
  }

  dispose(): void {
    this.#kernels.release(this.#byName.values());
    this.#byName.clear();
  }

  #set(name: string, make: () => Value): void {
    this.#byName.set(name, this.#kernels.keep(this.#kernels.scope(make)));
  }
}
