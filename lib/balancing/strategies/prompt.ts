import type { Random } from '../../random/random.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { ClassProfile } from '../profiles.ts';
import { comparableWords, isDistinctive } from '../words.ts';
import type { Strategy } from './strategy.ts';

/**
 * The published prompts: the class, and two of its keywords or one of its sentences. Training pairs map two words of a
 * record to the record.
 * @param keywordProbability share of the prompts made of keywords
 */
export const promptStrategy = (keywordProbability: number): Strategy => ({
  pairsOf: (text, { label, keywords }, random) => {
    const known = new Set(keywords);
    const words = [...new Set(comparableWords(text))].filter(isDistinctive);
    const own = words.filter((word) => known.has(word));
    const from = own.length < 2 ? words : own;
    return from.length < 2
      ? []
      : [{ input: spokenPrompt(label, twoOf(from, random).join(' ')), target: text }];
  },
  promptOf: ({ profile }, random) => ({
    prompt: buildPrompt(profile, random, keywordProbability),
    sources: [],
  }),
  recordOf: (_prompt, { text }) => text,
});

/**
 * `summarize: <class>. <input>`: with `keywordProbability` the input is two different keywords of the class, else one
 * of its sentences. A class that has too few of one gets the other.
 * @throws {InvalidInput} if the class has neither two keywords nor a sentence
 */
export function buildPrompt(profile: ClassProfile, random: Random, keywordProbability: number): string {
  const { keywords, sentences } = profile;
  if (keywords.length < 2 && sentences.length === 0)
    throw new InvalidInput(
      `class ${profile.label}`,
      'its training records have neither two telling words nor a sentence of 5 to 40 words',
      'Give it more or longer records, or leave it out of classes.rare',
    );
  const wantsKeywords = random.next() < keywordProbability;
  const useKeywords = sentences.length === 0 || (wantsKeywords && keywords.length >= 2);
  const input = useKeywords ? twoOf(keywords, random).join(' ') : random.pick(sentences);
  return spokenPrompt(profile.label, input);
}

/** The published prompt template. */
const spokenPrompt = (label: string, input: string): string => `summarize: ${readableLabel(label)}. ${input}`;

/** A class name in readable form, for prompts. */
export const readableLabel = (label: string): string => label.replace(/[_/]/g, ' ');

/** Two distinct items of at least two. */
function twoOf(items: readonly string[], random: Random): [string, string] {
  const first = random.int(items.length);
  const second = random.int(items.length - 1);
  return [items[first]!, items[second < first ? second : second + 1]!];
}
