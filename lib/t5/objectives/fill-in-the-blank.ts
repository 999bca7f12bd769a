import type { Random } from '../../random/random.ts';
import { sentinelToken } from '../tokenizer/tokenizer-files.ts';

/** Two texts that complete each other: what one has, the other has a blank for. */
export interface Complements {
  first: string;
  second: string;
}

/**
 * The fill-in-the-blank task: the words are broken into segments, which alternate between the first and the second text;
 * in place of each segment that a text does not get stands its next blank, `<extra_id_0>`, `<extra_id_1>`, …
 *
 * Each gap between words breaks with one probability a text, log-uniform between 1/(n + 2) and 1/2 for n words, so
 * that coarse and fine breaks are equally likely at every length. There is at least one break, and no more than
 * `maxBlanks` blanks in either text: what follows the last possible break stays one segment.
 * @returns undefined for fewer than two words
 */
export function fillInTheBlank(
  words: readonly string[],
  random: Random,
  maxBlanks = 100,
): Complements | undefined {
  if (words.length < 2 || maxBlanks < 1) return undefined;
  const texts: [string[], string[]] = [[], []];
  const blanks: [number, number] = [0, 0];
  let start = 0;
  for (const [index, end] of [
    ...drawBreaks(words.length, random, 2 * maxBlanks - 1),
    words.length,
  ].entries()) {
    const owner = index % 2 === 0 ? 0 : 1;
    const other = owner === 0 ? 1 : 0;
    texts[owner].push(...words.slice(start, end));
    texts[other].push(sentinelToken(blanks[other]++));
    start = end;
  }
  return { first: texts[0].join(' '), second: texts[1].join(' ') };
}

/** Where segments end, ascending: between 1 and `most` positions in 1 … words - 1. */
function drawBreaks(words: number, random: Random, most: number): number[] {
  const lowest = Math.log(1 / (words + 2));
  const probability = Math.exp(lowest + random.next() * (Math.log(0.5) - lowest));
  const breaks: number[] = [];
  for (let gap = 1; gap < words && breaks.length < most; gap++)
    if (random.next() < probability) breaks.push(gap);
  return breaks.length > 0 ? breaks : [1 + random.int(words - 1)];
}
