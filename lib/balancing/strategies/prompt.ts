import { buildPrompt, spokenPrompt, twoOf } from '../prompts.ts';
import { comparableWords, tellsClassesApart } from '../words.ts';
import type { Strategy } from './strategy.ts';

/**
 * The published prompts: the class, and two of its keywords or one of its sentences. What a model is taught for them is
 * a record after two of its own words.
 * @param keywordProbability share of the prompts made of keywords
 */
export const promptStrategy = (keywordProbability: number): Strategy => ({
  pairsOf: (text, { label, keywords }, random) => {
    const known = new Set(keywords);
    const words = [...new Set(comparableWords(text))].filter(tellsClassesApart);
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
