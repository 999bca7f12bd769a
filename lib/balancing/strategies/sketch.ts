/**
 * A record written from a sketch: keywords and fragments around them, in order, with gaps between them (Guo et al. 2022,
 * GENIUS). The model is trained to write a record from its own sketch; it is then prompted with sketches of real records,
 * thinned or merged.
 */
import type { Random } from '../../random/random.ts';
import type { ClassProfile } from '../profiles.ts';
import { comparableWords, isDistinctive } from '../words.ts';
import { readableLabel } from './prompt.ts';
import { blank, type ClassMaterial, MOST_BLANKS, type Prompt, type Strategy } from './strategy.ts';

/** Range of the share of words in a sketch, drawn for each record. */
const SHARES = [0.15, 0.4] as const;
/** Maximum number of words that follow the keyword of a fragment. */
const MOST_FOLLOWING = 2;
/** How much likelier the class's keywords are in a sketch than other content words. */
const KEYWORD_WEIGHT = 3;
/** Share of sketches merged from two records; the others are thinned. */
const JOINED = 0.5;
/** Share of fragments that a thinned sketch keeps. */
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
  // Sorting exponential variates by weight is weighted sampling without replacement.
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
