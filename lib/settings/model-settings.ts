/** Settings of the T5: where it comes from, how it is trained, what it generates, and which records stay. */
import { z } from 'zod';
import { choice, count, flag, nullable, number, path, rate, seed, share } from './fields.ts';
import { problemWithLengths } from './fits.ts';

const PRECISIONS = ['float32', 'bfloat16'] as const;

const trainingPrecision = choice(PRECISIONS, 'float32').describe(
  'Numbers that matrix products compute with: float32 is exact, bfloat16 up to twice as fast on processors that have it. Weights and optimizer stay float32.',
);

export const model = z.union([
  path().describe('A hub id, a folder or an s3:// address of a Hugging Face T5 checkpoint.'),
  z.strictObject({
    scratch: z
      .enum(['tiny', 'small'])
      .describe('Train tokenizer and weights on this corpus: tiny about 1 M, small about 10 M weights.'),
    epochs: count(3, 1000, 0).describe('Passes over the training text when training from random weights.'),
    batchSize: count(16, 4096).describe('Texts a step when training from random weights.'),
    learningRate: rate().default(2e-3).describe('Peak learning rate when training from random weights.'),
    precision: trainingPrecision,
  }),
]);

const objective = z
  .enum(['fillInTheBlank', 'spanCorruption', 'strategies'])
  .describe(
    "fillInTheBlank: the post's two alternating sequences. spanCorruption: T5's own pre-training (15 %, mean span 3). strategies: what generate.strategies will ask, with the class's name, in windows that fit the limits of tokens.",
  );

const training = {
  batchSize: count(8, 4096).describe('Examples a step.'),
  learningRate: rate().default(5e-5).describe('Peak learning rate of AdamW, decaying linearly to 0.'),
  weightDecay: number(0, z.gte(0), z.lte(100)).describe("AdamW's decoupled weight decay."),
  warmupSteps: count(0, 1_000_000_000, 0).describe(
    'Steps over which the learning rate rises linearly from 0.',
  ),
  maxGradNorm: nullable(z.number().gt(0).max(1e9)).describe(
    'Largest norm of the gradients, which are scaled down to it; null does not clip them.',
  ),
  precision: trainingPrecision,
  maxInputTokens: count(128, 4096, 2).describe('Input tokens an example keeps.'),
  maxTargetTokens: count(128, 4096, 2).describe('Target tokens an example keeps.'),
  dropout: nullable(z.number().min(0).lt(1)).describe("Dropout rate; null takes the model's own."),
  shuffle: flag(true).describe('Visit the examples in a new random order every epoch.'),
  checkpointSeconds: number(30, z.gte(0), z.lte(86_400)).describe(
    'Seconds between two checkpoints that a killed training resumes from; 0 writes one after every step. Checkpoints that take long are written less often.',
  ),
  seed: seed(),
};

export const adapt = nullable(
  z.strictObject({
    objective: objective.default('spanCorruption'),
    epochs: count(1, 1000).describe('Passes over all training text.'),
    recordsPerClass: nullable(z.int().min(1).max(1_000_000_000)).describe(
      'Training records of each class that are learnt at most, the first ones; null takes all.',
    ),
    ...training,
  }),
).describe("Continue T5's own pre-training on all training text before the branches; null leaves it out.");

export const fineTune = z.strictObject({
  objective: objective.default('fillInTheBlank'),
  epochs: count(5, 1000).describe("Passes over the class's training text."),
  ...training,
});

const strategies = z
  .strictObject({
    prompt: share(1).describe(
      'The published prompts: the class and two of its keywords, or one of its sentences.',
    ),
    sketch: share(0).describe(
      'A record from a sketch: telling words and fragments of real records of the class, in order, with gaps between.',
    ),
    infill: share(0).describe(
      'A real record with half of its words blanked, of which the model writes the blanks alone.',
    ),
  })
  .refine(({ prompt, sketch, infill }) => prompt + sketch + infill > 0, { message: 'all shares are 0' });

const times = z
  .number()
  .gt(0)
  .max(1000)
  .describe('Records to generate as a multiple of the real ones, up to the size of the largest class.');

export const generate = z
  .strictObject({
    target: z
      .union([
        z.enum(['largest', 'median', 'auto']),
        z.number().gt(0).max(1),
        z.int().min(2).max(10_000_000),
        z.strictObject({ times }),
      ])
      .default('largest')
      .describe(
        'Training records a rare class shall have afterwards: those of the largest or the median class, a ratio of the largest (up to 1), or a number (from 2); or {"times": 4}, so many times as many generated records as real ones. auto generates four a real one and uses 0, 0.5, 1, 2 or 4 of them, whichever does best on training records that no model has read.',
      ),
    strategies: strategies
      .prefault({})
      .describe('Ways to have records written, with the share of the prompts that each makes.'),
    batchSize: count(16, 4096).describe('Prompts decoded together.'),
    numBeams: count(4, 64).describe('Beams of the beam search; 1 is greedy.'),
    noRepeatNgramSize: count(2, 4096, 0).describe(
      'No n-gram of this size occurs twice in a record; 0 switches it off.',
    ),
    minLength: count(200, 4096, 0).describe('Tokens a record has at least.'),
    maxLength: count(300, 4096, 2).describe('Tokens a record has at most, no fewer than minLength.'),
    lengthPenalty: number(1, z.gte(-100), z.lte(100)).describe(
      "Exponent of the length by which a beam's score is divided.",
    ),
    earlyStopping: z
      .union([z.boolean(), z.literal('never')])
      .default(false)
      .describe(
        'Beam search ends: true, once there are as many finished records as beams; false, when a better one is unlikely; never, when it is impossible.',
      ),
    doSample: flag(false).describe('Draw each token by its probability instead of taking the best.'),
    temperature: rate().default(1).describe('Sampling: above 1 is bolder, below 1 more cautious.'),
    topK: count(50, 1_000_000, 0).describe('Sampling: only the k most probable tokens; 0 takes all.'),
    topP: number(1, z.gt(0), z.lte(1)).describe(
      'Sampling: only the most probable tokens that together reach this probability.',
    ),
    precision: choice(PRECISIONS, 'float32').describe(
      'Numbers that matrix products compute with: float32 is exact, bfloat16 takes half the memory and is faster on processors that have it.',
    ),
    maxPromptTokens: count(128, 4096, 2).describe('Tokens a prompt keeps.'),
    keywordProbability: share(0.5).describe(
      'Share of the prompts made of two keywords; the others hold one sentence.',
    ),
    shardSize: count(512, 100_000).describe(
      'Prompts of one generation activity, and more where a class would need very many; the shards of a class run in parallel.',
    ),
    maxRounds: count(2, 10).describe('Rounds of generation until the filter has let enough records pass.'),
    spare: number(0, z.gte(0), z.lte(10)).describe(
      'Prompts that a round asks beyond the records that are missing, as a share of them.',
    ),
    maxPrompts: number(3, z.gte(1), z.lte(10)).describe(
      'Prompts at most, as a multiple of the wanted records, in all rounds together.',
    ),
    seed: seed(),
  })
  .check(({ value, issues }) => {
    const problem = problemWithLengths(value);
    if (problem) issues.push({ code: 'custom', message: problem, path: ['minLength'], input: value });
  });

export const filter = z.strictObject({
  minWords: count(5, 100_000, 0).describe('A record of fewer words is degenerate.'),
  minDistinctWords: share(0.2).describe('A record with a smaller share of distinct words is degenerate.'),
  dropDuplicates: flag(true).describe('Drop a record that repeats another generated one.'),
  copyNgram: count(13, 1000, 0).describe(
    'Drop a record that shares this many words in a row with a training record beyond its own prompt; 0 keeps them.',
  ),
  nearDuplicates: nullable(z.number().min(0.5).max(1)).describe(
    'Drop a record whose word sequences are shared to this degree (Jaccard) with a training record of its class or a generated one; null keeps them.',
  ),
  newWords: share(0).describe(
    'Drop a record with a smaller share of words that its source does not have; 0 keeps them. For strategies that start from real records.',
  ),
  label: share(0).describe(
    'Drop a record that looks less like its class than all but this share of the real ones do, to classifiers that have not seen its source; 0 keeps them.',
  ),
  fluency: share(0).describe(
    'Drop a record that its model finds less probable, a token, than all but this share of real records in the same form; 0 keeps them. For strategies that the model was taught.',
  ),
});
