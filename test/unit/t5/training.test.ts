import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsSchema, type TrainingSettings } from '../../../lib/settings/settings.ts';
import { loadModel, type T5Model } from '../../../lib/t5/checkpoint/checkpoint.ts';
import type { Example } from '../../../lib/t5/objectives/example.ts';
import { packBatch } from '../../../lib/t5/training/batch.ts';
import type { StepRecord } from '../../../lib/t5/training/checkpoint.ts';
import { DropoutMasks } from '../../../lib/t5/training/dropout.ts';
import { TrainingDiverged } from '../../../lib/t5/training/errors.ts';
import { computeGradients } from '../../../lib/t5/training/gradients.ts';
import { learningRateAt, train } from '../../../lib/t5/training/train.ts';
import { measureLosses } from '../../../lib/t5/training/train-model.ts';
import { FLOAT, type Tensor } from '../../../lib/tensorflow/tensors.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/t5');

/** What transformers computes (make_training.py). */
interface Expected {
  batch: Example[];
  loss: number;
  gradients: Record<string, { norm: number; values: [number, number][] }>;
  examples: Example[];
  trainings: { settings: Partial<TrainingSettings>; losses: number[] }[];
}

const DEFAULTS = settingsSchema.shape.fineTune.unwrap().parse({});
const settingsWith = (changes: Partial<TrainingSettings>): TrainingSettings => ({
  ...DEFAULTS,
  dropout: 0,
  shuffle: false,
  ...changes,
});

const closeTo = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  );

const bytesOf = ({ weights }: T5Model) => weights.names.map((name) => [...weights.read(name)]);

for (const name of ['relu', 'gated', 'uneven'])
  describe(`training the ${name} checkpoint, against transformers`, () => {
    let expected: Expected;
    let model: T5Model;

    before(async () => {
      expected = JSON.parse(await readFile(join(FIXTURES, name, 'training.json'), 'utf8')) as Expected;
    });
    beforeEach(async () => {
      model = await loadModel(join(FIXTURES, name));
    });
    afterEach(() => model.dispose());

    it('measures the same loss without learning from it', async () => {
      const before = bytesOf(model);
      const losses = measureLosses(model, expected.batch);
      const tokens = expected.batch.map(({ target }) => target.length);
      const total = losses.reduce((sum, loss, index) => sum + loss * tokens[index]!, 0);
      closeTo(total / tokens.reduce((sum, count) => sum + count, 0), expected.loss, 1e-4, 'loss');
      assert.deepEqual(bytesOf(model), before);
    });

    it('finds the same loss and the same gradient of every weight', () => {
      const { loss, gradients } = gradientsOf(model, expected.batch);
      closeTo(loss, expected.loss, 1e-4, 'loss');
      for (const { name: weight, tensor } of model.specs) {
        const { norm, values } = expected.gradients[tensor]!;
        const found = gradients.get(weight)!;
        closeTo(Math.hypot(...found), norm, 1e-4, `norm of ${tensor}`);
        for (const [place, value] of values) closeTo(found[place]!, value, 1e-4, `${tensor}[${place}]`);
      }
    });

    for (const index of [0, 1, 2])
      it(`finds the same losses over 20 AdamW steps (${['decay and warm-up', 'defaults', 'clipping'][index]})`, async () => {
        const { settings, losses } = expected.trainings[index]!;
        const steps = await train({ model, examples: expected.examples, settings: settingsWith(settings) });
        assert.equal(steps.length, 20);
        for (const [step, loss] of losses.entries())
          closeTo(steps[step]!.loss / loss, 1, 1e-4, `loss of step ${step + 1}`);
      });

    it('finds the same losses where memory holds only a part of a batch', async () => {
      const { settings, losses } = expected.trainings[2]!;
      const partSizes = new Set<number | undefined>();
      const steps = await train({
        model,
        examples: expected.examples,
        settings: settingsWith(settings),
        partSize: 1,
        onStep: ({ partSize }) => partSizes.add(partSize),
      });
      assert.deepEqual([...partSizes], [1]);
      for (const [step, loss] of losses.entries())
        closeTo(steps[step]!.loss / loss, 1, 1e-4, `loss of step ${step + 1}`);
    });

    it('learns alike in bfloat16', async () => {
      const { settings, losses } = expected.trainings[1]!;
      const precision = 'bfloat16' as const;
      const steps = await train({
        model,
        examples: expected.examples,
        settings: settingsWith({ ...settings, precision }),
      });
      for (const [step, loss] of losses.entries())
        closeTo(steps[step]!.loss / loss, 1, 3e-2, `step ${step + 1}`);
    });
  });

describe('training', () => {
  let examples: Example[];
  let model: T5Model;

  before(async () => {
    const text = await readFile(join(FIXTURES, 'relu/training.json'), 'utf8');
    ({ examples } = JSON.parse(text) as Expected);
  });
  beforeEach(async () => {
    model = await loadModel(join(FIXTURES, 'relu'));
  });
  afterEach(() => model.dispose());

  const trainWith = (changes: Partial<TrainingSettings>): Promise<StepRecord[]> =>
    train({ model, examples, settings: settingsWith({ epochs: 2, learningRate: 1e-3, ...changes }) });

  it('gives the same bytes for the same seed, dropout included', async () => {
    await trainWith({ dropout: 0.2, shuffle: true });
    const first = bytesOf(model);
    model.dispose();
    model = await loadModel(join(FIXTURES, 'relu'));
    await trainWith({ dropout: 0.2, shuffle: true });
    assert.deepEqual(bytesOf(model), first);
  });

  it('gives other weights for another seed', async () => {
    await trainWith({ dropout: 0.2, seed: 1 });
    const first = bytesOf(model);
    model.dispose();
    model = await loadModel(join(FIXTURES, 'relu'));
    await trainWith({ dropout: 0.2, seed: 2 });
    assert.notDeepEqual(bytesOf(model), first);
  });

  it('leaves no tensor behind, however many steps it takes', async () => {
    const handles = () => model.ops.engine.binding.getNumOfTensors();
    await trainWith({ epochs: 1 });
    const after = handles();
    await trainWith({ epochs: 6, dropout: 0.1, maxGradNorm: 1, batchSize: 3 });
    assert.equal(handles(), after);
  });

  it('stops with advice when the loss is no number, the weights as they were', async () => {
    const { ops, weights } = model;
    weights.change('encoder.norm', (norm) =>
      ops.assign(norm, ops.floats([16], new Float32Array(16).fill(Number.NaN))),
    );
    const before = bytesOf(model);
    await assert.rejects(trainWith({}), TrainingDiverged);
    assert.deepEqual(bytesOf(model), before);
  });

  it('raises the learning rate from 0 to its peak and lets it fall to 0', () => {
    const rates = Array.from({ length: 10 }, (_, index) =>
      learningRateAt(index + 1, 10, { learningRate: 1, warmupSteps: 4 }),
    );
    const expected = [0, 0.25, 0.5, 0.75, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6];
    for (const [index, rate] of rates.entries()) closeTo(rate, expected[index]!, 1e-12, `step ${index + 1}`);
  });
});

describe('dropout masks', () => {
  it('keep the share that the rate leaves, anew for every layer', async () => {
    const model = await loadModel(join(FIXTURES, 'relu'));
    const { ops } = model;
    const masks = new DropoutMasks(ops, 0.1, 40_000, [1, 1, 0]);
    const read = () => [...ops.read(ops.cast(masks.next([200, 200])!, FLOAT))];
    const [first, second] = [read(), read()];
    for (const mask of [first, second])
      closeTo(mask.filter((kept) => kept === 1).length / 40_000, 0.9, 0.006, 'share that is kept');
    const both = first.filter((kept, index) => kept === 1 && second[index] === 1).length / 40_000;
    closeTo(both, 0.81, 0.01, 'share that both keep');
    model.dispose();
  });
});

/** Gradients by our names. */
function gradientsOf({ ops, config, weights }: T5Model, batch: Example[]) {
  const gradients = new Map<string, Float32Array>();
  let loss = 0;
  ops.tidy(() => {
    const tokens = batch.reduce((sum, { target }) => sum + target.length, 0);
    const masks = new DropoutMasks(ops, 0, 0, [0, 0, 0]);
    const take = (name: string, gradient: Tensor) => void gradients.set(name, ops.read(gradient));
    const trace = { ops, config, weights, masks, precision: FLOAT, take };
    computeGradients(trace, packBatch(trace, batch), 1 / tokens, (sum) => {
      loss = sum / tokens;
    });
  });
  return { loss, gradients };
}
