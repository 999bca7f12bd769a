/** Our side of t5-training.ts: trains, and finds out where a step's time goes and what its matrix products cost alone. */

import { loadModel, type T5Model } from '../lib/t5/checkpoint/checkpoint.ts';
import type { Example } from '../lib/t5/objectives/example.ts';
import { train } from '../lib/t5/training/train.ts';
import { Operations } from '../lib/tensorflow/operations.ts';
import { type Binding, FLOAT, type Tensor } from '../lib/tensorflow/tensors.ts';

/** What one process is asked to train. */
export interface Job {
  checkpoint: string;
  batches: Example[][];
  /** The reference pads to this length. */
  padTo: number | null;
  precision: 'float32' | 'bfloat16';
  dropout: number;
  learningRate: number;
  threads: number;
  profile: boolean;
}

/** What a process found. */
export interface Result {
  seconds: number[];
  cpuSeconds: number[];
  losses: number[];
  peakBytes: number;
  /** Ours: seconds of the step's matrix products alone, and where the last step's time went. */
  gemmSeconds?: number;
  gemmRate?: number;
  profile?: Record<string, number>;
}

/** A product of `[m, k]` and `[k, n]`, the factors transposed or not. */
interface Product {
  key: string;
  m: number;
  k: number;
  n: number;
  dtype: number;
  transposeA: boolean;
  transposeB: boolean;
}

/** Trains on the job's batches in their order. */
export async function runJob(job: Job, onStep?: () => void): Promise<Result> {
  const model = await loadModel(job.checkpoint);
  const result: Result = { seconds: [], cpuSeconds: [], losses: [], peakBytes: 0 };
  const recorder = job.profile ? new Recorder(model) : undefined;
  let begun = performance.now();
  let cpu = process.cpuUsage();
  await train({
    model,
    examples: job.batches.flat(),
    settings: {
      epochs: 1,
      batchSize: job.batches[0]!.length,
      learningRate: job.learningRate,
      weightDecay: 0,
      warmupSteps: 0,
      maxGradNorm: null,
      dropout: job.dropout,
      precision: job.precision,
      shuffle: false,
      checkpointSeconds: Number.MAX_SAFE_INTEGER,
      seed: 1,
    },
    onStep: ({ loss, step, totalSteps }) => {
      const now = performance.now();
      const spent = process.cpuUsage(cpu);
      result.seconds.push((now - begun) / 1000);
      result.cpuSeconds.push((spent.user + spent.system) / 1e6);
      result.losses.push(loss);
      if (step === totalSteps) recorder?.end(now - begun);
      else recorder?.begin();
      onStep?.();
      begun = performance.now();
      cpu = process.cpuUsage();
    },
  });
  result.peakBytes = process.resourceUsage().maxRSS * 1024;
  if (recorder) {
    result.profile = recorder.profile;
    Object.assign(result, productsAlone(model, [...recorder.products.values()]));
  }
  model.dispose();
  return result;
}

/** Times the kernels that TensorFlow is asked for, between the program and the native part. */
class Recorder {
  profile: Record<string, number> = {};
  readonly products = new Map<string, { product: Product; times: number }>();
  readonly #vocabulary: number;

  constructor(model: T5Model) {
    this.#vocabulary = model.config.vocabSize;
    const { engine } = model.ops;
    const native = engine.binding;
    const shapes = new Map<number, readonly number[]>();
    engine.binding = new Proxy({} as Binding, {
      get: (_, name: string) => {
        if (name === 'executeOp')
          return (
            op: string,
            attributes: Parameters<Binding['executeOp']>[1],
            inputs: number[],
            outputs: number,
          ) => {
            const begun = performance.now();
            const results = native.executeOp(op, attributes, inputs, outputs);
            const time = performance.now() - begun;
            for (const { id, shape } of results) shapes.set(id, shape);
            const sizes = inputs.map((id) => shapes.get(id) ?? []);
            this.#count(op, attributes, sizes, results[0], time);
            return results;
          };
        const member = (native as unknown as Record<string, unknown>)[name];
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]) => {
          const begun = performance.now();
          const value = member.apply(native, parameters) as unknown;
          if (name === 'createTensor') shapes.set(value as number, parameters[0] as number[]);
          if (name === 'tensorDataSync') this.#add('read-back', performance.now() - begun);
          return value;
        };
      },
    });
  }

  begin(): void {
    this.profile = {};
    this.products.clear();
  }

  end(total: number): void {
    const kernels = Object.values(this.profile).reduce((sum, time) => sum + time, 0);
    this.profile.JavaScript = Math.max(0, total - kernels);
  }

  #count(
    op: string,
    attributes: unknown[],
    inputs: (readonly number[])[],
    output: Tensor | undefined,
    time: number,
  ): void {
    const sizes = [...inputs, output?.shape ?? []];
    const isHead = sizes.some((shape) => shape.length === 2 && shape.includes(this.#vocabulary));
    if (op === 'MatMul') {
      this.#remember(attributes, inputs, output!);
      this.#add(isHead ? 'head GEMM' : 'GEMM', time);
    } else if (op === 'ResourceApplyAdam') this.#add('optimizer', time);
    else if (sizes.some((shape) => shape.length === 4 || op === 'BatchMatMulV2'))
      this.#add('attention', time);
    else if (isHead) this.#add('head', time);
    else this.#add('norms, dropout, the rest', time);
  }

  #remember(attributes: unknown[], [a]: (readonly number[])[], { shape, dtype }: Tensor): void {
    const flag = (name: string) =>
      (attributes as { name: string; value: boolean }[]).find((one) => one.name === name)!.value;
    const [m, n] = shape as [number, number];
    const [transposeA, transposeB] = [flag('transpose_a'), flag('transpose_b')];
    const k = a![transposeA ? 0 : 1]!;
    const key = [m, k, n, transposeA, transposeB].join();
    const known = this.products.get(key);
    if (known) known.times++;
    else this.products.set(key, { product: { key, m, k, n, dtype, transposeA, transposeB }, times: 1 });
  }

  #add(part: string, time: number): void {
    this.profile[part] = (this.profile[part] ?? 0) + time;
  }
}

/** Processor seconds of a step's matrix products on factors that lie ready, the best of three for each shape. */
function productsAlone({ ops: { engine } }: T5Model, products: { product: Product; times: number }[]) {
  const ops = new Operations(engine);
  let seconds = 0;
  let operations = 0;
  for (const { product, times } of products) {
    const { m, k, n, dtype, transposeA, transposeB } = product;
    ops.tidy(() => {
      const factor = (rows: number, columns: number) =>
        ops.cast(ops.floats([rows, columns], new Float32Array(rows * columns).fill(0.5)), dtype || FLOAT);
      const a = transposeA ? factor(k, m) : factor(m, k);
      const b = transposeB ? factor(n, k) : factor(k, n);
      const once = () => {
        const begun = process.cpuUsage();
        ops.free(ops.matMul(a, b, transposeA, transposeB));
        const { user, system } = process.cpuUsage(begun);
        return (user + system) / 1e6;
      };
      seconds += times * Math.min(...Array.from({ length: 4 }, once).slice(1));
    });
    operations += times * 2 * m * k * n;
  }
  ops.dispose();
  return { gemmSeconds: seconds, gemmRate: operations / 1e9 / seconds };
}
