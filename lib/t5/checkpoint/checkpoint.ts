/** A T5 in memory, and its checkpoint folder in Hugging Face's layout. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { collectGarbage, loadEngine } from '../../tensorflow/engine.ts';
import { Operations } from '../../tensorflow/operations.ts';
import { parseConfig, type T5Config } from './config.ts';
import { CONFIG, WEIGHTS } from './files.ts';
import { ModelWeights } from './model-weights.ts';
import { writeSafetensors } from './safetensors.ts';
import { initialValues, WeightFiles, type WeightSpec, weightSpecs } from './weights.ts';

export interface T5Model {
  ops: Operations;
  config: T5Config;
  specs: readonly WeightSpec[];
  weights: ModelWeights;
  /** Gives the memory of the weights back. */
  dispose(): void;
}

/**
 * Loads a checkpoint folder: config.json and the weights as safetensors.
 * @throws {InvalidInput} when a file is missing, or is not what it should be
 * @throws {EngineUnavailable}
 */
export async function loadModel(folder: string): Promise<T5Model> {
  const config = await readConfig(folder);
  const files = new WeightFiles(folder, config);
  try {
    return await assemble(config, files.specs, ({ name }) => files.read(name));
  } finally {
    files.close();
  }
}

/**
 * A new model with random weights.
 * @param source config.json
 */
export function createModel(source: Record<string, unknown>, seed: number): Promise<T5Model> {
  const config = parseConfig(source);
  const specs = weightSpecs(config, !config.tied);
  return assemble(config, specs, (spec) => initialValues(spec, config, seed));
}

async function assemble(
  config: T5Config,
  specs: readonly WeightSpec[],
  numbersOf: (spec: WeightSpec) => Float32Array,
): Promise<T5Model> {
  const ops = new Operations(await loadEngine());
  const weights = new ModelWeights(ops);
  for (const spec of specs) weights.add(spec.name, ops.floats(spec.shape, numbersOf(spec)));
  collectGarbage();
  return { ops, config, specs, weights, dispose: () => weights.dispose() };
}

/** Writes config.json, generation_config.json and model.safetensors, which transformers loads unchanged. */
export async function saveModel({ config, specs, weights }: T5Model, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = new Map(specs.map(({ tensor, name }) => [tensor, name]));
  const shapes = specs.map(({ tensor, shape }) => ({ name: tensor, shape }));
  await writeSafetensors(join(folder, WEIGHTS), shapes, (tensor) => weights.read(names.get(tensor)!));
  const generation = {
    decoder_start_token_id: config.decoderStartId,
    eos_token_id: config.eosId,
    pad_token_id: config.padId,
  };
  await writeJson(join(folder, 'generation_config.json'), generation);
  // transformers 5 calls it dtype, earlier ones torch_dtype.
  const { dtype: _, ...source } = config.source;
  await writeJson(join(folder, CONFIG), { ...source, torch_dtype: 'float32' });
}

/**
 * The config.json of a checkpoint folder.
 * @throws {InvalidInput} when it is missing, or not that of a T5 that is supported
 */
export async function readConfig(folder: string): Promise<T5Config> {
  const path = join(folder, CONFIG);
  return parseConfig(await readJson(path));
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'this is not JSON' : 'this file cannot be read';
    throw new InvalidInput(path, problem, 'Give the folder of a Hugging Face T5 checkpoint');
  }
}

/** Fields that transformers refuses unless they are written as real numbers; to JavaScript, 1.0 is 1. */
const REAL_FIELDS =
  /("(?:dropout_rate|classifier_dropout|initializer_factor|layer_norm_epsilon)": -?\d+)(?=,?$)/gm;

const writeJson = (path: string, value: unknown) =>
  writeFile(path, `${JSON.stringify(value, null, 2).replace(REAL_FIELDS, '$1.0')}\n`);
