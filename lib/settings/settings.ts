/**
 * Every setting of a run in one place: type, default, unit, range and its sentence of help.
 * The check of the input, the command line's help and `docs/settings.md` all come from this schema.
 *
 * The defaults are the `paper` preset: the published method to the letter (docs/method.md).
 */
import { z } from 'zod';
import { problemWithLengths } from './fits.ts';

const seed = () => z.int().min(0).default(42).describe('Seed of all randomness in this stage.');
/** A whole number within what any machine and Temporal's own limits can bear. */
const count = (help: string, fallback: number, most: number, least = 1) =>
  z.int().min(least).max(most).default(fallback).describe(help);
const share = (help: string, fallback: number) => z.number().min(0).max(1).default(fallback).describe(help);
const flag = (help: string, fallback: boolean) => z.boolean().default(fallback).describe(help);
const rate = () => z.number().gt(0).max(100);
/** What a user calls something in the dataset: a column, a class. */
const name = () => z.string().min(1).max(1000);
const path = () => z.string().min(1).max(4096);

/** The column of ids that need not be there. */
export const DEFAULT_ID_COLUMN = 'id';

const columns = z.strictObject({
  id: name()
    .default(DEFAULT_ID_COLUMN)
    .describe(
      'Column that identifies a record; for a repeated id the last record wins. Where no column is called id, ids are made from the text.',
    ),
  text: name().default('text').describe('Column that holds the text.'),
  label: name().default('industry').describe('Column that holds the class.'),
});

/** One character, or null for what each file shows. */
const sniffed = (help: string) =>
  z
    .string()
    .regex(/^[\t\x20-\x7e]$/, 'one ASCII character')
    .nullable()
    .default(null)
    .describe(`${help}; null finds it out from each file.`);

const csv = z.strictObject({
  delimiter: sniffed('Character between two fields'),
  quote: z
    .string()
    .regex(/^[\x21-\x7e]?$/, 'one ASCII character, or nothing')
    .nullable()
    .default(null)
    .describe(
      'Character around a field that holds delimiters or line ends; nothing where quotes have no meaning, null finds it out from each file.',
    ),
  escape: sniffed('Character before a quote within a quoted field: the quote itself, or a backslash'),
  encoding: z
    .enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
    .nullable()
    .default(null)
    .describe(
      'Encoding of CSV and JSONL files; windows-1252 holds latin1. Null finds it out from the whole of each file.',
    ),
});

const duplicates = z.strictObject({
  drop: z
    .enum(['near', 'exact', 'none'])
    .default('near')
    .describe(
      'Which repetitions of a page to drop, before the split: near ones too, exact ones alone, or none. Those that are kept stand on one side of the hold-out.',
    ),
  similarity: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.8)
    .describe('Share of common word sequences (Jaccard) from which two pages are near duplicates.'),
});

const cleaning = z.strictObject({
  extractHtml: flag(
    'Take the text out of raw HTML with a parser before all else: script, style, nav, footer and the like go.',
    false,
  ),
  removeTags: flag('Remove leftover HTML tags, before their brackets are destroyed.', true),
  normalise: flag(
    'Make words whole before characters are filtered: soft hyphens and other invisible characters go, ligatures become letters, accents go with their letters staying. The published method turns all of them into spaces.',
    false,
  ),
  splitGluedWords: flag('Put a space into glued words: RetailBusiness, USAToday.', true),
  keepCharacters: flag(
    "Turn every character outside letters, digits, space and ( ) - . : ' , ? & into a space.",
    true,
  ),
  collapseSpaces: flag('Turn runs of spaces into one space.', true),
  collapseDots: flag('Turn runs of dots into one dot.', true),
  removeStrayW: flag('Remove the stray token " w ".', true),
  trimSentences: flag('Drop the first sentence and the last two: menus and copyright lines.', true),
  lemmatise: flag('Reduce English words to their lemmas.', false),
  removeWords: z.array(name()).max(10_000).default([]).describe('Words to remove, compared without case.'),
});

const classes = z
  .strictObject({
    frequent: count('How many of the most frequent classes to keep.', 5, 1000, 0),
    rare: z
      .union([z.int().min(1).max(500), z.array(name()).min(1).max(500)])
      .default(5)
      .describe('How many of the least frequent classes to balance, or their names.'),
    minRecords: count('Only classes with more records than this are considered.', 1000, 1_000_000_000),
    rareBelow: z
      .number()
      .gt(0)
      .max(1)
      .nullable()
      .default(null)
      .describe(
        "A class with a smaller share of the largest one's records is rare, every other frequent, in place of the counts; null counts.",
      ),
    include: z
      .array(name())
      .min(1)
      .max(1500)
      .optional()
      .describe('Names of all classes to keep, in place of the counts.'),
  })
  .refine((value) => (value.include === undefined) === (typeof value.rare === 'number'), {
    message: 'include and a list of rare class names go together',
  });

const split = z.strictObject({
  test: z.number().gt(0).lt(1).default(0.15).describe('Share of the records held out for the test.'),
  seed: z.int().min(0).default(42).describe('Seed of the assignment by hash of the id.'),
});

const trainingPrecision = z
  .enum(['float32', 'bfloat16'])
  .default('float32')
  .describe(
    'Numbers that matrix products compute with: float32 is exact, bfloat16 up to twice as fast on processors that have it. Weights and optimizer stay float32.',
  );

const model = z.union([
  path().describe('A hub id, a folder or an s3:// address of a Hugging Face T5 checkpoint.'),
  z.strictObject({
    scratch: z
      .enum(['tiny', 'small'])
      .describe('Train tokenizer and weights on this corpus: tiny about 1 M, small about 10 M weights.'),
    epochs: count('Passes over the training text when training from random weights.', 3, 1000, 0),
    batchSize: count('Texts a step when training from random weights.', 16, 4096),
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
  batchSize: count('Examples a step.', 8, 4096),
  learningRate: rate().default(5e-5).describe('Peak learning rate of AdamW, decaying linearly to 0.'),
  weightDecay: z.number().min(0).max(100).default(0).describe("AdamW's decoupled weight decay."),
  warmupSteps: count('Steps over which the learning rate rises linearly from 0.', 0, 1_000_000_000, 0),
  maxGradNorm: z
    .number()
    .gt(0)
    .max(1e9)
    .nullable()
    .default(null)
    .describe('Largest norm of the gradients, which are scaled down to it; null does not clip them.'),
  precision: trainingPrecision,
  maxInputTokens: count('Input tokens an example keeps.', 128, 4096, 2),
  maxTargetTokens: count('Target tokens an example keeps.', 128, 4096, 2),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe("Dropout rate; null takes the model's own."),
  shuffle: flag('Visit the examples in a new random order every epoch.', true),
  checkpointSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe(
      'Seconds between two checkpoints that a killed training resumes from; 0 writes one after every step. Checkpoints that take long are written less often.',
    ),
  seed: seed(),
};

const adapt = z
  .strictObject({
    objective: objective.default('spanCorruption'),
    epochs: count('Passes over all training text.', 1, 1000),
    recordsPerClass: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .nullable()
      .default(null)
      .describe('Training records of each class that are learnt at most, the first ones; null takes all.'),
    ...training,
  })
  .nullable()
  .default(null)
  .describe("Continue T5's own pre-training on all training text before the branches; null leaves it out.");

const fineTune = z.strictObject({
  objective: objective.default('fillInTheBlank'),
  epochs: count("Passes over the class's training text.", 5, 1000),
  ...training,
});

/** How many records each way of generation makes, compared with the others. */
const strategies = z
  .strictObject({
    prompt: share('The published prompts: the class and two of its keywords, or one of its sentences.', 1),
    sketch: share(
      'A record from a sketch: telling words and fragments of real records of the class, in order, with gaps between.',
      0,
    ),
    infill: share(
      'A real record with half of its words blanked, of which the model writes the blanks alone.',
      0,
    ),
  })
  .refine(({ prompt, sketch, infill }) => prompt + sketch + infill > 0, { message: 'all shares are 0' });

const generate = z
  .strictObject({
    target: z
      .union([
        z.enum(['largest', 'median']),
        z.number().gt(0).max(1),
        z.int().min(2).max(10_000_000),
        z.strictObject({
          times: z
            .number()
            .gt(0)
            .max(1000)
            .describe(
              'Records to generate as a multiple of the real ones, up to the size of the largest class.',
            ),
        }),
      ])
      .default('largest')
      .describe(
        'Training records a rare class shall have afterwards: those of the largest or the median class, a ratio of the largest (up to 1), or a number (from 2); or {"times": 4}, so many times as many generated records as real ones.',
      ),
    strategies: strategies
      .prefault({})
      .describe('Ways to have records written, with the share of the prompts that each makes.'),
    batchSize: count('Prompts decoded together.', 16, 4096),
    numBeams: count('Beams of the beam search; 1 is greedy.', 4, 64),
    noRepeatNgramSize: count(
      'No n-gram of this size occurs twice in a record; 0 switches it off.',
      2,
      4096,
      0,
    ),
    minLength: count('Tokens a record has at least.', 200, 4096, 0),
    maxLength: count('Tokens a record has at most, no fewer than minLength.', 300, 4096, 2),
    lengthPenalty: z
      .number()
      .min(-100)
      .max(100)
      .default(1)
      .describe("Exponent of the length by which a beam's score is divided."),
    earlyStopping: z
      .union([z.boolean(), z.literal('never')])
      .default(false)
      .describe(
        'Beam search ends: true, once there are as many finished records as beams; false, when a better one is unlikely; never, when it is impossible.',
      ),
    doSample: flag('Draw each token by its probability instead of taking the best.', false),
    temperature: rate().default(1).describe('Sampling: above 1 is bolder, below 1 more cautious.'),
    topK: count('Sampling: only the k most probable tokens; 0 takes all.', 50, 1_000_000, 0),
    topP: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('Sampling: only the most probable tokens that together reach this probability.'),
    precision: z
      .enum(['float32', 'bfloat16'])
      .default('float32')
      .describe(
        'Numbers that matrix products compute with: float32 is exact, bfloat16 takes half the memory and is faster on processors that have it.',
      ),
    maxPromptTokens: count('Tokens a prompt keeps.', 128, 4096, 2),
    keywordProbability: share(
      'Share of the prompts made of two keywords; the others hold one sentence.',
      0.5,
    ),
    shardSize: count(
      'Prompts of one generation activity, and more where a class would need very many; the shards of a class run in parallel.',
      512,
      100_000,
    ),
    maxRounds: count('Rounds of generation until the filter has let enough records pass.', 2, 10),
    spare: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe('Prompts that a round asks beyond the records that are missing, as a share of them.'),
    maxPrompts: z
      .number()
      .min(1)
      .max(10)
      .default(3)
      .describe('Prompts at most, as a multiple of the wanted records, in all rounds together.'),
    seed: seed(),
  })
  .check(({ value, issues }) => {
    const problem = problemWithLengths(value);
    if (problem) issues.push({ code: 'custom', message: problem, path: ['minLength'], input: value });
  });

const filter = z.strictObject({
  minWords: count('A record of fewer words is degenerate.', 5, 100_000, 0),
  minDistinctWords: share('A record with a smaller share of distinct words is degenerate.', 0.2),
  dropDuplicates: flag('Drop a record that repeats another generated one.', true),
  copyNgram: count(
    'Drop a record that shares this many words in a row with a training record beyond its own prompt; 0 keeps them.',
    13,
    1000,
    0,
  ),
  nearDuplicates: z
    .number()
    .min(0.5)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      'Drop a record whose word sequences are shared to this degree (Jaccard) with a training record of its class or a generated one; null keeps them.',
    ),
  newWords: share(
    'Drop a record with a smaller share of words that its source does not have; 0 keeps them. For strategies that start from real records.',
    0,
  ),
  label: share(
    'Drop a record that looks less like its class than all but this share of the real ones do, to classifiers that have not seen its source; 0 keeps them.',
    0,
  ),
  fluency: share(
    'Drop a record that its model finds less probable, a token, than all but this share of real records in the same form; 0 keeps them. For strategies that the model was taught.',
    0,
  ),
});

const fastText = z.strictObject({
  dim: count('Size of the word vectors.', 90, 4096),
  epoch: count('Passes over the training records.', 14, 10_000),
  lr: rate().default(0.05).describe('Initial learning rate, decaying linearly to 0.'),
  lrUpdateRate: count('Tokens between two updates of the learning rate.', 100, 1_000_000_000),
  minCount: count('Words seen less often are left out.', 1, 1_000_000_000),
  minn: count('Shortest character n-gram; 0 for none.', 0, 100, 0),
  maxn: count('Longest character n-gram; 0 for none.', 0, 100, 0),
  wordNgrams: count('Longest word n-gram.', 1, 100),
  bucket: count('Hash buckets of the n-grams.', 2_000_000, 100_000_000, 0),
  ws: count(
    "Window of fastText's unsupervised modes; kept so that its settings can be given unchanged.",
    5,
    1000,
  ),
  neg: count('Labels that each label is trained against with the ns loss.', 5, 1000),
  t: rate().default(1e-4).describe("Sampling threshold of fastText's unsupervised modes."),
  loss: z
    .enum(['softmax', 'ova', 'hs', 'ns'])
    .default('softmax')
    .describe(
      'Loss of the classifier. softmax: one distribution over all classes. ova: one classifier per class. hs: a tree of the classes, for very many. ns: each class against a few others.',
    ),
});

const classifier = fastText.extend({
  kind: z
    .enum(['fasttext', 'fasttextProgram', 'logisticRegression'])
    .default('fasttext')
    .describe(
      "Which classifier judges. fasttext: the one built in. fasttextProgram: the C++ program, where it is installed. logisticRegression: multinomial, on TF-IDF; of the settings below it takes C, the others are fastText's.",
    ),
  C: z
    .number()
    .gt(0)
    .max(1e9)
    .default(1)
    .describe("Inverse strength of logisticRegression's penalty; the name is scikit-learn's."),
  thread: count(
    "Taken as fastText's flag, and means one: the built-in classifier trains with one thread. Only fasttextProgram gets the number.",
    1,
    256,
  ),
});

/** The methods that can be compared, in the order in which tables show them. */
export const METHODS = [
  'regular',
  'fileOrder',
  'undersample',
  'oversample',
  'weighted',
  'priorAdjusted',
  'wordEdits',
  'markov',
  'generated',
  'generatedOversample',
] as const;

const evaluation = z.strictObject({
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .refine((names) => new Set(names).size === names.length, { message: 'a method stands there twice' })
    .default(['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'])
    .describe('Methods to compare; docs/classifiers.md says what each one does.'),
  protocols: z
    .array(z.enum(['paper', 'equal-updates', 'tuned']))
    .min(1)
    .refine((names) => new Set(names).size === names.length, { message: 'a protocol stands there twice' })
    .default(['paper', 'equal-updates', 'tuned'])
    .describe(
      "Budgets that every method is evaluated with; the run's metrics are those of the first. paper: the classifier's epochs. equal-updates: as many updates as the largest method gets. tuned: epochs and learning rate chosen for each method on a part of its training records.",
    ),
  seeds: count(
    'How many seeds every method is evaluated with; the metrics are their means. Differences are tested from two on; five tell much more.',
    1,
    100,
  ),
  seed: seed(),
  splits: count(
    'Random splits of training and test records that differences between methods without generated records are tested over, each with one seed; 1 takes the split of the run alone.',
    1,
    100,
  ),
  undersamplePercentile: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      'Percentile of the class sizes to which Undersample cuts the larger classes; 0 is the smallest.',
    ),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.15)
    .describe('Share of the training records on which tuned compares its trials.'),
  tuningUpdates: z
    .array(rate())
    .min(1)
    .max(20)
    .default([0.25])
    .describe("Updates that tuned tries, as shares of the largest method's."),
  tuningRates: z
    .array(z.number().gt(0).max(10_000))
    .min(1)
    .max(20)
    .default([4, 16, 40])
    .describe("Learning rates that tuned tries, as multiples of the classifier's."),
  resamples: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Taken from inputs of 0.1 and passed over: intervals and tests no longer come from draws.'),
});

const onFailedBranch = z.strictObject({
  wait: z
    .string()
    .regex(
      /^\d{1,7}(\.\d{1,3})? (second|minute|hour|day)s?$/,
      'a number and second, minute, hour or day, as in "7 days"',
    )
    .refine((wait) => !/^\d{5,}.* days?$/.test(wait) && Number.parseFloat(wait) > 0, {
      message: 'a branch waits for more than 0 seconds and less than 10,000 days',
    })
    .default('7 days')
    .describe('How long a failed branch waits for a person.'),
  then: z
    .enum(['skip', 'fail'])
    .default('skip')
    .describe('What happens when nobody decided: leave the class as it is, or fail the run.'),
});

const refresh = z.strictObject({
  previous: z
    .union([z.literal('latest'), name()])
    .nullable()
    .default('latest')
    .describe(
      'Finished run of the same dataset whose work this one reuses and that it is compared with: the latest, the id of one, or null for none.',
    ),
  retrainAbove: share(
    "Share of a class's training records that must have been added, removed or changed since its model was trained for it to be trained again; up to it the model and the records generated with it are kept.",
    0.05,
  ),
  trainFrom: z
    .enum(['base', 'previous'])
    .default('base')
    .describe('What a class that is trained again starts from: the same T5 as all, or its previous model.'),
  alertBelow: share(
    'Drop of the macro F1 of Generated against the previous run beyond which the run is marked as needing attention.',
    0.02,
  ),
});

/** The input of `balanceDataset`: everything but `source` has a default. */
export const settingsSchema = z.strictObject({
  source: z
    .union([path(), z.array(path()).min(1).max(1000)])
    .describe('Path, glob, file:// or s3:// address of the dataset; a list is concatenated.'),
  columns: columns.prefault({}).describe('Names of the columns.'),
  csv: csv.prefault({}).describe('Dialect of CSV files and encoding of text files.'),
  maxRejected: share('Share of rows that may be set aside as unreadable before the run fails.', 0.05),
  sourceSelection: z
    .enum(['all', 'newest'])
    .default('all')
    .describe(
      'What is taken of a glob or folder: all its files, or the one that was written last. With newest, a name under which no file lies is the beginning of names.',
    ),
  dataset: z
    .string()
    .max(200)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'letters, digits, spaces, dots, dashes and underscores')
    .optional()
    .describe(
      'Name of the dataset; runs of one name are refreshes of each other. By default it follows from the source and the column of the class.',
    ),
  preset: z
    .enum(['paper', 'recommended'])
    .default('paper')
    .describe(
      'The named set of all the other defaults. paper: the published method, as listed here. recommended: what we would do ourselves, see below.',
    ),
  cleaning: cleaning.prefault({}).describe('Steps of the cleaning.'),
  language: z
    .literal('eng')
    .nullable()
    .default('eng')
    .describe('Language to keep; null switches the filter off.'),
  languageDetector: z
    .enum(['franc', 'eld'])
    .default('franc')
    .describe('What predicts the language: function words and franc, or eld.'),
  duplicates: duplicates.prefault({}).describe('Pages that repeat others.'),
  classes: classes.prefault({}).describe('Which classes are kept and which of them are balanced.'),
  split: split.prefault({}).describe('The hold-out.'),
  model: model.default('google-t5/t5-base').describe('The T5 to start from.'),
  adapt,
  fineTune: fineTune.prefault({}).describe('Fine-tuning of one T5 per rare class.'),
  generate: generate.prefault({}).describe('Generation of new records.'),
  filter: filter.prefault({}).describe('What becomes of degenerate, duplicate and copied records.'),
  classifier: classifier
    .prefault({})
    .describe("The classifier that judges the methods; names are fastText's."),
  evaluation: evaluation.prefault({}).describe('How the methods are compared.'),
  onFailedBranch: onFailedBranch
    .prefault({})
    .describe('What happens to a branch that has used up its attempts.'),
  refresh: refresh.prefault({}).describe('What a run reuses of the previous run of its dataset.'),
});

/** What a user may write. */
export type RunInput = z.input<typeof settingsSchema>;
/** The same with every default filled in. */
export type RunSettings = z.output<typeof settingsSchema>;
export type ColumnSettings = RunSettings['columns'];
export type CsvSettings = RunSettings['csv'];
export type DuplicateSettings = RunSettings['duplicates'];
export type CleaningSettings = RunSettings['cleaning'];
export type ClassSettings = RunSettings['classes'];
export type SplitSettings = RunSettings['split'];
export type ModelSettings = RunSettings['model'];
export type ScratchModelSettings = Exclude<ModelSettings, string>;
export type TrainingSettings = RunSettings['fineTune'];
export type AdaptSettings = NonNullable<RunSettings['adapt']>;
export type GenerateSettings = RunSettings['generate'];
export type FilterSettings = RunSettings['filter'];
export type ClassifierSettings = RunSettings['classifier'];
/** What makes a fastText model, beside its seed and training records. */
export type FastTextSettings = z.output<typeof fastText>;
export type EvaluationSettings = RunSettings['evaluation'];
export type Protocol = EvaluationSettings['protocols'][number];
