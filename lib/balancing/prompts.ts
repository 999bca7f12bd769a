import { createRandom, type Random } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassProfile } from './profiles.ts';

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
  return `summarize: ${profile.label.replace(/[_/]/g, ' ')}. ${input}`;
}

/**
 * Prompt number `index` of a class. It depends on nothing but the profile, the seed and the number, so that shards of
 * any size, run in any order, share out one and the same sequence.
 */
export function promptAt(
  profile: ClassProfile,
  seed: number,
  index: number,
  keywordProbability: number,
): string {
  return buildPrompt(profile, createRandom(seed, 'prompt', profile.label, String(index)), keywordProbability);
}

function twoOf(items: readonly string[], random: Random): [string, string] {
  const first = random.int(items.length);
  const second = random.int(items.length - 1);
  return [items[first]!, items[second < first ? second : second + 1]!];
}
