/** What one process of t5-generation.ts does: loads a checkpoint, decodes the prompts, and finds out where time goes. */
import { settingsSchema } from '../lib/settings/settings.ts';
import type { T5Config } from '../lib/t5/checkpoint/config.ts';
import { alignedFloats } from '../lib/t5/checkpoint/safetensors.ts';
import { batchSizeFor, inBatches } from '../lib/t5/decoding/batch-plan.ts';
import { Decoders } from '../lib/t5/decoding/decoders.ts';
import { Generator } from '../lib/t5/decoding/generator.ts';
import { loadEngine, shareOutTasks } from '../lib/tensorflow/engine.ts';
import { Operations } from '../lib/tensorflow/operations.ts';
import { BFLOAT16, type Binding, type Engine, FLOAT, type Tensor } from '../lib/tensorflow/tensors.ts';
import { distribute } from '../lib/threads/distribute.ts';

export interface GenerationJob {
  checkpoint: string;
  engine: 'counterpoise' | 'transformers' | 'ctranslate2';
  precision: 'float32' | 'bfloat16' | 'int8';
  /** In batches, each of which is decoded together. */
  batches: number[][][];
  /** CTranslate2: work on as many batches at the same time as there are threads, one thread each. */
  threadForBatch?: boolean;
  numBeams: number;
  noRepeatNgramSize: number;
  minLength: number;
  maxLength: number;
  threads: number;
  repeats: number;
}

export interface GenerationResult {
  loadSeconds: number;
  /** For a batch, of each repeat. */
  seconds: number[];
  cpuSeconds: number[];
  ids: number[][];
  peakBytes: number;
  /** Ours: processor milliseconds of each step of one more decoding. */
  steps?: number[];
  /** Ours: seconds of that decoding by what they were spent on. */
  profile?: Record<string, number>;
  /** Ours: seconds of its matrix products with nothing around them, one layer's weights after the other. */
  gemmSeconds?: number;
}

export async function runGenerationJob(job: GenerationJob): Promise<GenerationResult> {
  const batches = asGenerationSharesThem(job);
  const count = shareOutTasks(batches.length);
  const tf = await loadEngine();
  const profile = new Profile(tf);
  const begun = performance.now();
  const precision = job.precision as 'float32';
  const rows = batches[0]!.length * job.numBeams;
  const generator = await Generator.load(job.checkpoint, { precision, rows });
  const loadSeconds = (performance.now() - begun) / 1000;
  const decoders = new Decoders(generator, count);
  const settingsTo = (longest: number) => ({
    ...settingsSchema.parse({ source: 'none' }).generate,
    numBeams: job.numBeams,
    noRepeatNgramSize: job.noRepeatNgramSize,
    minLength: Math.min(job.minLength, longest),
    maxLength: longest,
  });
  const decode = async (longest: number, some = batches, all = decoders.all) => {
    const ids: number[][][] = [];
    await distribute([...some.entries()], all, undefined, async (decoder, [index, inputs], signal) => {
      const numbers = [...inputs.keys()];
      const done = await decoder({ inputs, settings: settingsTo(longest), seed: 0, numbers }, signal);
      ids[index] = done.map((generation) => generation.ids);
    });
    return ids.flat();
  };
  await decode(4);
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let ids: number[][] = [];
  for (let repeat = 0; repeat < job.repeats; repeat++) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    ids = await decode(job.maxLength);
    seconds.push((performance.now() - start) / 1000 / job.batches.length);
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds.push((user + system) / 1e6 / job.batches.length);
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  profile.start();
  // One batch, decoded by this thread: what it costs others beside it is theirs.
  await decode(job.maxLength, batches.slice(0, 1), decoders.all.slice(-1));
  const found = profile.stop(generator.model.config.vocabSize);
  await decoders.dispose();
  const gemmSeconds = productsAlone(tf, generator.model.config, job, batches[0]!);
  return { loadSeconds, seconds, cpuSeconds, ids, peakBytes, ...found, gemmSeconds };
}

/** One batch alone is decoded in parts, as `generateTexts` does it. */
function asGenerationSharesThem({ batches, numBeams }: GenerationJob): number[][][] {
  const [first, ...others] = batches as [number[][], ...number[][][]];
  if (others.length > 0) return batches;
  const size = batchSizeFor(first.length, { batchSize: first.length, numBeams });
  return inBatches(first, size);
}

/** The matrix products of the decoding with nothing around them, each layer's weights in memory of their own. */
function productsAlone(tf: Engine, config: T5Config, job: GenerationJob, prompts: number[][]): number {
  const ops = new Operations(tf);
  const dtype = job.precision === 'bfloat16' ? BFLOAT16 : FLOAT;
  const { dModel, dFf, vocabSize } = config;
  const inner = config.heads * config.dKv;
  const rising = config.feedForward === 'relu' ? dFf : 2 * dFf;
  const random = (rows: number, columns: number) => {
    const numbers = alignedFloats(rows * columns).map(() => Math.random() - 0.5);
    return ops.tidy(() => ops.cast(ops.floats([rows, columns], numbers), dtype));
  };
  const repeat = (layers: number, shapes: [number, number][]) =>
    Array.from({ length: layers }, () => shapes.map(([rows, columns]) => random(rows, columns))).flat();
  const feed: [number, number][] = [
    [dModel, rising],
    [dFf, dModel],
  ];
  const run = (rows: number, matrices: Tensor[], prepacks = false) => {
    const inputs = new Map([dModel, inner, dFf].map((size) => [size, random(rows, size)]));
    const products = matrices.map((matrix) => {
      const x = inputs.get(matrix.shape[0]!)!;
      if (!prepacks) return () => ops.matMul(x, matrix);
      const prepacked = ops.prepack(matrix);
      const spread = ops.reshape(x, [1, 1, ...x.shape]);
      return () => ops.matMulPrepacked(spread, prepacked);
    });
    const measure = () => {
      const begun = performance.now();
      for (const product of products) ops.free(product());
      return (performance.now() - begun) / 1000;
    };
    measure();
    const [, median] = [measure(), measure(), measure()].sort((a, b) => a - b);
    ops.free(...matrices, ...inputs.values());
    return median!;
  };
  const encoderRows = prompts.flat().length;
  const encoder = run(encoderRows, [
    ...repeat(config.encoderLayers, [[dModel, 3 * inner], [inner, dModel], ...feed]),
    ...repeat(config.decoderLayers, [[dModel, 2 * inner]]),
  ]);
  const step = run(
    prompts.length * job.numBeams,
    [
      ...repeat(config.decoderLayers, [
        [dModel, 3 * inner],
        [inner, dModel],
        [dModel, inner],
        [inner, dModel],
        ...feed,
      ]),
      random(dModel, vocabSize),
    ],
    dtype === BFLOAT16 && ops.canPrepack,
  );
  return encoder + (job.maxLength - 1) * step;
}

/** A clock on every operation of TensorFlow, to be started for one decoding. */
class Profile {
  readonly #spent: Record<string, number> = {};
  readonly #steps: number[] = [];
  #begun: number | undefined;
  #latest = 0;

  /** Takes the place of the binding that everything made from here on goes through. */
  constructor(tf: Engine) {
    const { binding } = tf;
    tf.binding = Object.create(binding, {
      executeOp: { value: (...call: Parameters<Binding['executeOp']>) => this.#execute(binding, call) },
      tensorDataSync: { value: (id: number) => this.#read(binding, id) },
    }) as Binding;
  }

  start(): void {
    this.#begun = performance.now();
    this.#latest = cpuMilliseconds();
  }

  /** @param vocabSize size by which the output layer's product is known */
  stop(vocabSize: number): { steps: number[]; profile: Record<string, number> } {
    const total = (performance.now() - this.#begun!) / 1000;
    this.#begun = undefined;
    const { [`MatMul ${vocabSize}`]: head = 0, ...rest } = this.#spent;
    const profile: Record<string, number> = { head };
    for (const [name, seconds] of Object.entries(rest)) {
      const kind = KINDS[name.split(' ')[0]!] ?? 'other operations';
      profile[kind] = (profile[kind] ?? 0) + seconds;
    }
    const counted = Object.values(profile).reduce((sum, seconds) => sum + seconds, 0);
    // The first one contains the encoder.
    return { steps: this.#steps.slice(1), profile: { ...profile, JavaScript: total - counted } };
  }

  #execute(binding: Binding, call: Parameters<Binding['executeOp']>): Tensor[] {
    const since = performance.now();
    const results = binding.executeOp(...call);
    const [name] = call;
    if (!this.#begun) return results;
    this.#add(PRODUCTS.has(name) ? `MatMul ${results[0]!.shape.at(-1)}` : name, since);
    if (name === 'LogSoftmax') this.#endStep();
    return results;
  }

  #read(binding: Binding, id: number): unknown {
    const since = performance.now();
    const data = binding.tensorDataSync(id);
    if (this.#begun) this.#add('read-back', since);
    return data;
  }

  #endStep(): void {
    const now = cpuMilliseconds();
    this.#steps.push(now - this.#latest);
    this.#latest = now;
  }

  #add(what: string, since: number): void {
    this.#spent[what] = (this.#spent[what] ?? 0) + (performance.now() - since) / 1000;
  }
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Operations that multiply by a weight matrix. */
const PRODUCTS = new Set(['MatMul', '_MklNativeConv2D']);

const KINDS: Record<string, string> = {
  MatMul: 'matrix products',
  BatchMatMulV2: 'attention',
  Softmax: 'attention',
  LogSoftmax: 'log-softmax',
  Max: 'log-softmax',
  ConcatV2: 'cache',
  GatherV2: 'cache',
  Slice: 'cache',
  Transpose: 'heads',
  Split: 'heads',
  Unpack: 'heads',
  Reshape: 'heads',
  Cast: 'casts',
  'read-back': 'read-back',
};
