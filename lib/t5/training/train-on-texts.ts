import { sumBy } from '../../arithmetic/sums.ts';
import { createRandom } from '../../random/random.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { TrainingSettings } from '../../settings/settings.ts';
import type { T5Model } from '../checkpoint/checkpoint.ts';
import { buildExamples, pairExample } from '../objectives/build-examples.ts';
import type { Example } from '../objectives/example.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { StepRecord } from './checkpoint.ts';
import { type TrainingHooks, train } from './train.ts';

export type { TrainingStep } from './train.ts';

type Many<T> = Iterable<T> | AsyncIterable<T>;

/** What a model learns from: texts, of which the objective makes examples, or pairs that the user made. */
export type TrainingData = { texts: Many<string> } | { pairs: Many<TextPair> };

/** An input and what a model shall answer to it. */
export interface TextPair {
  input: string;
  target: string;
}

/** What a training leaves besides the weights. */
export interface TrainingLog {
  examples: number;
  losses: StepRecord[];
  /** Input and target tokens of all steps. */
  tokens: number;
  /** Of training, without the pauses in front of resumptions. */
  seconds: number;
}

/**
 * Makes examples and trains the model on them.
 * @throws {InvalidInput} when the texts give no example
 * @throws {TrainingDiverged}
 */
export async function trainOnTexts(
  options: TrainingData &
    TrainingHooks & { model: T5Model; tokenizer: Tokenizer; settings: TrainingSettings },
): Promise<TrainingLog> {
  const { tokenizer, settings } = options;
  const examples = await makeExamples(options, tokenizer, settings);
  if (examples.length === 0)
    throw new InvalidInput('training texts', 'none has two words or more', 'Give texts to learn from');
  const losses = await train({ ...options, examples });
  return {
    examples: examples.length,
    losses,
    tokens: sumBy(losses, ({ tokens }) => tokens),
    seconds: losses.at(-1)?.seconds ?? 0,
  };
}

async function makeExamples(data: TrainingData, tokenizer: Tokenizer, settings: TrainingSettings) {
  const examples: Example[] = [];
  if ('pairs' in data) {
    for await (const { input, target } of data.pairs)
      examples.push(pairExample(input, target, tokenizer, settings));
    return examples;
  }
  const random = createRandom(settings.seed, 'examples');
  for await (const text of data.texts) examples.push(...buildExamples([text], tokenizer, settings, random));
  return examples;
}
