import type { Random } from '../../random/random.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { TrainingSettings } from '../../settings/settings.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type Example, truncate } from './example.ts';
import { fillInTheBlank } from './fill-in-the-blank.ts';
import { rawLength, spanCorruption } from './span-corruption.ts';

/** The settings of `adapt` and `fineTune` that shape examples. */
export interface ExampleSettings {
  objective: TrainingSettings['objective'];
  /** Tokens an input keeps, `</s>` included. */
  maxInputTokens: number;
  /** Tokens a target keeps, `</s>` included. */
  maxTargetTokens: number;
}

/**
 * Turns texts into training examples in the order of the texts.
 *
 * `fillInTheBlank` gives two examples a text, one for each direction, cut to the limits. `spanCorruption` first cuts a
 * long text into stretches that fit, so that all of it is learned. Texts too short to hide anything give none.
 * @throws {InvalidInput} for the objective `strategies`
 */
export function* buildExamples(
  texts: Iterable<string>,
  tokenizer: Tokenizer,
  settings: ExampleSettings,
  random: Random,
): Generator<Example> {
  if (settings.objective === 'strategies')
    throw new InvalidInput(
      'objective',
      'strategies teaches pairs of a class, which only a run has',
      'Take fillInTheBlank or spanCorruption, or give pairs of input and target',
    );
  const examplesOf = settings.objective === 'spanCorruption' ? spanExamples : blankExamples;
  for (const text of texts) yield* examplesOf(text, tokenizer, settings, random);
}

/** An example from a pair of texts that the user made. */
export function pairExample(
  input: string,
  target: string,
  tokenizer: Tokenizer,
  settings: Pick<ExampleSettings, 'maxInputTokens' | 'maxTargetTokens'>,
): Example {
  return limit({ input: tokenizer.encode(input), target: tokenizer.encode(target) }, tokenizer, settings);
}

function* blankExamples(text: string, tokenizer: Tokenizer, settings: ExampleSettings, random: Random) {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const complements = fillInTheBlank(words, random, tokenizer.sentinelCount);
  if (complements === undefined) return;
  const first = tokenizer.encode(complements.first);
  const second = tokenizer.encode(complements.second);
  yield limit({ input: first, target: second }, tokenizer, settings);
  yield limit({ input: second, target: first }, tokenizer, settings);
}

function* spanExamples(text: string, tokenizer: Tokenizer, settings: ExampleSettings, random: Random) {
  const ids = tokenizer.encode(text).slice(0, -1);
  const longest = rawLength(settings.maxInputTokens, settings.maxTargetTokens, tokenizer.sentinelCount);
  const stretches = Math.ceil(ids.length / longest);
  for (let index = 0; index < stretches; index++) {
    // Stretches of equal length: a last one of a few tokens would teach nothing.
    const from = Math.floor((index * ids.length) / stretches);
    const to = Math.floor(((index + 1) * ids.length) / stretches);
    if (to - from >= 2)
      yield limit(spanCorruption(ids.slice(from, to), random, tokenizer), tokenizer, settings);
  }
}

const limit = (
  { input, target }: Example,
  { eosId }: Tokenizer,
  { maxInputTokens, maxTargetTokens }: Pick<ExampleSettings, 'maxInputTokens' | 'maxTargetTokens'>,
): Example => ({
  input: truncate(input, maxInputTokens, eosId),
  target: truncate(target, maxTargetTokens, eosId),
});
