/** A T5 in memory, and its checkpoint folder in Hugging Face's layout. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { parseConfig, type T5Config } from './config.ts';
import { type Engine, loadEngine, type Variable } from './engine.ts';
import { writeSafetensors } from './safetensors.ts';
import { initialValues, readWeights, type WeightSpec, weightSpecs } from './weights.ts';

export interface T5Model {
  tf: Engine;
  config: T5Config;
  specs: readonly WeightSpec[];
  /** By our names; matrices are `[out, in]`. */
  weights: Record<string, Variable>;
  /** Gives the memory of the weights back. */
  dispose(): void;
}

/**
 * Loads a checkpoint folder: config.json and the weights as safetensors.
 * @throws {InvalidInput} when a file is missing, or is not what it should be
 * @throws {EngineUnavailable}
 */
export async function loadModel(folder: string): Promise<T5Model> {
  const tf = await loadEngine();
  const config = await readConfig(folder);
  const weights: Record<string, Variable> = {};
  const specs = await readWeights(folder, config, (spec, data) => {
    weights[spec.name] = createVariable(tf, spec, data);
  });
  modelNumber++;
  return assemble(tf, config, specs, weights);
}

/**
 * A new model with random weights.
 * @param source config.json
 */
export async function createModel(source: Record<string, unknown>, seed: number): Promise<T5Model> {
  const tf = await loadEngine();
  const config = parseConfig(source);
  const specs = weightSpecs(config, !config.tied);
  const weights = Object.fromEntries(
    specs.map((spec) => [spec.name, createVariable(tf, spec, initialValues(spec, config, seed))]),
  );
  modelNumber++;
  return assemble(tf, config, specs, weights);
}

/** tfjs wants the names of variables to be unique in a process. */
let modelNumber = 0;

/** The memory is the variable's alone: with the tensor it was made of it would not be freed with the variable. */
function createVariable(tf: Engine, { name, shape }: WeightSpec, data: Float32Array): Variable {
  const tensor = tf.tensor(data, shape);
  const variable = tf.variable(tensor, true, `${modelNumber}/${name}`);
  tensor.dispose();
  return variable;
}

function assemble(
  tf: Engine,
  config: T5Config,
  specs: WeightSpec[],
  weights: Record<string, Variable>,
): T5Model {
  return {
    tf,
    config,
    specs,
    weights,
    dispose: () => {
      for (const weight of Object.values(weights)) weight.dispose();
    },
  };
}

/** Writes config.json, generation_config.json and model.safetensors, which transformers loads unchanged. */
export async function saveModel({ config, specs, weights }: T5Model, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const byTensor = new Map(specs.map((spec) => [spec.tensor, weights[spec.name]!]));
  const shapes = specs.map(({ tensor, shape }) => ({ name: tensor, shape }));
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    shapes,
    async (tensor) => (await byTensor.get(tensor)!.data()) as Float32Array,
  );
  const generation = {
    decoder_start_token_id: config.decoderStartId,
    eos_token_id: config.eosId,
    pad_token_id: config.padId,
  };
  await writeJson(join(folder, 'generation_config.json'), generation);
  // transformers 5 calls it dtype, earlier ones torch_dtype.
  const { dtype: _, ...source } = config.source;
  await writeJson(join(folder, 'config.json'), { ...source, torch_dtype: 'float32' });
}

/**
 * The config.json of a checkpoint folder.
 * @throws {InvalidInput} when it is missing, or not that of a T5 that is supported
 */
export async function readConfig(folder: string): Promise<T5Config> {
  const path = join(folder, 'config.json');
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
