/** Settings of the T5: its source, training, generation, and the filter of its output. */
import { z } from 'zod';
import { choice, count, flag, nullable, number, path, rate, seed, share } from './fields.ts';
import { problemWithLengths } from './fits.ts';

const PRECISIONS = ['float32', 'bfloat16'] as const;

const trainingPrecision = choice(PRECISIONS, 'float32').describe(
  'Number format of matrix products: float32 is exact, bfloat16 up to twice as fast on processors that support it. Weights and optimizer stay float32.',
);

export const model = z.union([
  path().describe('A hub id, a folder or an s3:// address of a Hugging Face T5 checkpoint.'),
  z.strictObject({
    scratch: z
      .enum(['tiny', 'small'])
      .describe(
        'Train a tokenizer and a T5 from scratch on this corpus: tiny has about 1 M weights, small about 10 M.',
      ),
    epochs: count(3, 1000, 0).describe('Epochs over the training text when training from scratch.'),
    batchSize: count(16, 4096).describe('Texts per step when training from scratch.'),
    learningRate: rate().default(2e-3).describe('Peak learning rate when training from scratch.'),
    precision: trainingPrecision,
  }),
]);

const objective = z
  .enum(['fillInTheBlank', 'spanCorruption', 'strategies'])
  .describe(
    "fillInTheBlank: the post's two alternating sequences. spanCorruption: T5's own pre-training (15 %, mean span 3). strategies: the tasks of generate.strategies, with the class name, in windows that fit the token limits.",
  );

const training = {
  batchSize: count(8, 4096).describe('Examples per step.'),
  learningRate: rate().default(5e-5).describe('Peak learning rate of AdamW, decaying linearly to 0.'),
  weightDecay: number(0, z.gte(0), z.lte(100)).describe("AdamW's decoupled weight decay."),
  warmupSteps: count(0, 1_000_000_000, 0).describe(
    'Steps over which the learning rate rises linearly from 0.',
  ),
  maxGradNorm: nullable(z.number().gt(0).max(1e9)).describe(
    'Maximum gradient norm for clipping; null switches it off.',
  ),
  precision: trainingPrecision,
  maxInputTokens: count(128, 4096, 2).describe('Maximum input tokens per example.'),
  maxTargetTokens: count(128, 4096, 2).describe('Maximum target tokens per example.'),
  dropout: nullable(z.number().min(0).lt(1)).describe("Dropout rate; null uses the model's own."),
  shuffle: flag(true).describe('Shuffle the examples every epoch.'),
  checkpointSeconds: number(30, z.gte(0), z.lte(86_400)).describe(
    'Seconds between checkpoints, from which a killed training resumes; 0 writes one after every step. Slow checkpoints are written less often.',
  ),
  seed: seed(),
};

export const adapt = nullable(
  z.strictObject({
    objective: objective.default('spanCorruption'),
    epochs: count(1, 1000).describe('Epochs over all training text.'),
    recordsPerClass: nullable(z.int().min(1).max(1_000_000_000)).describe(
      'Maximum training records per class (the first ones); null uses all.',
    ),
    ...training,
  }),
).describe("Continue T5's own pre-training on all training text before the branches; null skips it.");

export const fineTune = z.strictObject({
  objective: objective.default('fillInTheBlank'),
  epochs: count(5, 1000).describe("Epochs over the class's training text."),
  ...training,
});

const strategies = z
  .strictObject({
    prompt: share(1).describe(
      'The published prompts: the class and two of its keywords, or one of its sentences.',
    ),
    sketch: share(0).describe(
      'A record written from a sketch: keywords and fragments of real records of the class, in order, with gaps between them.',
    ),
    infill: share(0).describe('A real record with half of its words blanked; the model fills in the blanks.'),
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
        'Target number of training records of a rare class: the size of the largest or the median class, a ratio of the largest (up to 1), or a number (from 2); or {"times": 4}, four generated records per real one. auto generates four per real one and uses 0, 0.5, 1, 2 or 4 of them, whichever does best on training records that no model has read.',
      ),
    strategies: strategies
      .prefault({})
      .describe('Generation strategies, each with its share of the prompts.'),
    batchSize: count(16, 4096).describe('Prompts per decoding batch.'),
    numBeams: count(4, 64).describe('Number of beams of the beam search; 1 is greedy.'),
    noRepeatNgramSize: count(2, 4096, 0).describe(
      'No n-gram of this size occurs twice in a record; 0 switches it off.',
    ),
    minLength: count(200, 4096, 0).describe('Minimum tokens per record.'),
    maxLength: count(300, 4096, 2).describe('Maximum tokens per record, at least minLength.'),
    lengthPenalty: number(1, z.gte(-100), z.lte(100)).describe(
      "Exponent of the length by which a beam's score is divided.",
    ),
    earlyStopping: z
      .union([z.boolean(), z.literal('never')])
      .default(false)
      .describe(
        'Beam search ends: true, once there are as many finished records as beams; false, when a better one is unlikely; never, when it is impossible.',
      ),
    doSample: flag(false).describe('Sample each token instead of taking the most probable one.'),
    temperature: rate().default(1).describe('Sampling temperature: above 1 is more random, below 1 less.'),
    topK: count(50, 1_000_000, 0).describe('Sampling: only the k most probable tokens; 0 allows all.'),
    topP: number(1, z.gt(0), z.lte(1)).describe(
      'Sampling: only the most probable tokens that together reach this probability.',
    ),
    precision: choice(PRECISIONS, 'float32').describe(
      'Number format of matrix products: float32 is exact, bfloat16 takes half the memory and is faster on processors that support it.',
    ),
    maxPromptTokens: count(128, 4096, 2).describe('Maximum tokens per prompt.'),
    keywordProbability: share(0.5).describe(
      'Share of prompts with two keywords; the others contain one sentence.',
    ),
    shardSize: count(512, 100_000).describe(
      'Prompts per generation activity, more if a class needs very many; the shards of a class run in parallel.',
    ),
    maxRounds: count(2, 10).describe(
      'Maximum rounds of generation to get enough records through the filter.',
    ),
    spare: number(0, z.gte(0), z.lte(10)).describe(
      'Extra prompts per round, as a share of the missing records.',
    ),
    maxPrompts: number(3, z.gte(1), z.lte(10)).describe(
      'Maximum prompts of all rounds together, as a multiple of the wanted records.',
    ),
    seed: seed(),
  })
  .check(({ value, issues }) => {
    const problem = problemWithLengths(value);
    if (problem) issues.push({ code: 'custom', message: problem, path: ['minLength'], input: value });
  });

export const filter = z.strictObject({
  minWords: count(5, 100_000, 0).describe('Drop a record with fewer words as degenerate.'),
  minDistinctWords: share(0.2).describe(
    'Drop a record with a smaller share of distinct words as degenerate.',
  ),
  dropDuplicates: flag(true).describe('Drop a record that repeats another generated one.'),
  copyNgram: count(13, 1000, 0).describe(
    'Drop a record that shares this many words in a row with a training record beyond its own prompt; 0 keeps them.',
  ),
  nearDuplicates: nullable(z.number().min(0.5).max(1)).describe(
    'Drop a record with this Jaccard similarity of word sequences to a training record of its class or a generated one; null keeps them.',
  ),
  newWords: share(0).describe(
    'Drop a record with a smaller share of words that are not in its source; 0 keeps them. For strategies that start from real records.',
  ),
  label: share(0).describe(
    'Drop a record whose class score is below this quantile of real records, by classifiers that have not seen its source; 0 keeps them.',
  ),
  fluency: share(0).describe(
    'Drop a record whose log probability per token is below this quantile of real records in the same format; 0 keeps them. For strategies that the model was trained on.',
  ),
});
