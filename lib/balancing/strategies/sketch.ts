/**
 * A record from a sketch of one: its telling words and fragments around them, in their order, with gaps between (Guo et
 * al. 2022, GENIUS). The model learns to write a record from its own sketch; sketches of real records, thinned or
 * joined, are what it is then asked with.
 */
import type { Random } from '../../random/random.ts';
import type { ClassProfile } from '../profiles.ts';
import { comparableWords, isDistinctive } from '../words.ts';
import { readableLabel } from './prompt.ts';
import { blank, type ClassMaterial, MOST_BLANKS, type Prompt, type Strategy } from './strategy.ts';

/** Share of the words that stand in a sketch, drawn anew for each record between these. */
const SHARES = [0.15, 0.4] as const;
/** How many more words of a fragment follow a telling word, at most. */
const MOST_FOLLOWING = 2;
/** Words that set the class apart are so many times likelier to be in a sketch than other telling words. */
const KEYWORD_WEIGHT = 3;
/** Share of the sketches that are joined of two records; the others are thinned. */
const JOINED = 0.5;
/** Share of its fragments that a thinned sketch keeps. */
const THINNED = 0.8;

export const sketch: Strategy = {
  pairsOf: (text, profile, random) => {
    const fragments = fragmentsOf(text, profile, random);
    return fragments.length > 0 ? [{ input: inputOf(fragments, profile), target: text }] : [];
  },
  promptOf: (material, random) =>
    random.next() < JOINED ? joined(material, random) : thinned(material, random),
  recordOf: (_prompt, { text }) => (text === '' ? undefined : text),
};

function joined({ profile, windows }: ClassMaterial, random: Random): Prompt {
  const [first, second] = [random.pick(windows), random.pick(windows)];
  const before = fragmentsOf(first.text, profile, random);
  const after = fragmentsOf(second.text, profile, random);
  const fragments = [...before.slice(0, Math.ceil(before.length / 2)), ...after.slice(after.length >> 1)];
  return { prompt: inputOf(fragments, profile), sources: [first.record, second.record] };
}

function thinned({ profile, windows }: ClassMaterial, random: Random): Prompt {
  const { text, record } = random.pick(windows);
  const fragments = fragmentsOf(text, profile, random);
  const kept = fragments.filter((_, place) => place === 0 || random.next() < THINNED);
  return { prompt: inputOf(kept, profile), sources: [record] };
}

const inputOf = (fragments: readonly string[], { label }: ClassProfile): string =>
  `write ${readableLabel(label)}: ${fragments.map((fragment, index) => `${blank(index)} ${fragment}`).join(' ')}`;

function fragmentsOf(text: string, { keywords }: ClassProfile, random: Random): string[] {
  const words = text.split(/\s+/u).filter(Boolean);
  const known = new Set(keywords);
  const share = SHARES[0] + (SHARES[1] - SHARES[0]) * random.next();
  const weights = words.map((word) => {
    const parts = comparableWords(word);
    if (!parts.some(isDistinctive)) return 0;
    return parts.some((part) => known.has(part)) ? KEYWORD_WEIGHT : 1;
  });
  const wanted = Math.max(1, Math.round(share * words.length));
  const kept = new Set<number>();
  // The order of exponential times by their weights is that of draws without replacement.
  const places = [...words.keys()]
    .filter((place) => weights[place]! > 0)
    .map((place) => ({ place, time: -Math.log(1 - random.next()) / weights[place]! }))
    .sort((a, b) => a.time - b.time);
  for (const { place } of places) {
    if (kept.size >= wanted) break;
    const end = Math.min(words.length, place + 1 + random.int(MOST_FOLLOWING + 1));
    for (let at = place; at < end; at++) kept.add(at);
  }
  const fragments: string[] = [];
  for (const place of [...kept].sort((a, b) => a - b)) {
    if (kept.has(place - 1)) fragments[fragments.length - 1] += ` ${words[place]!}`;
    else fragments.push(words[place]!);
  }
  return fragments.slice(0, MOST_BLANKS);
}
