/** Texts as sets of word sequences, which measure how much two texts have in common. */
import { fnv1a } from '../../arithmetic/fnv1a.ts';
import { isAscii } from '../ascii.ts';

/** Words of a sequence: enough to be rare in other texts, few enough that a changed word spoils few of them. */
const LENGTH = 4;

/** The words of a text; neither case nor what stands between them counts. */
function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  const words = isAscii(lower)
    ? lower.match(/[a-z0-9]+/g)
    : lower.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu);
  return words ?? [];
}

/** All sequences of four words of a text. A shorter text is one sequence, so that it is similar to its like alone. */
export function wordSequences(text: string): Set<string> {
  const words = wordsOf(text);
  const sequences = new Set<string>();
  for (let end = Math.min(LENGTH, words.length); end <= words.length; end++)
    sequences.add(words.slice(Math.max(0, end - LENGTH), end).join(' '));
  return sequences;
}

/** A 32-bit hash of each of these sequences; of one that stands twice, twice. */
export function* sequenceHashes(text: string): Generator<number> {
  const hashes = wordsOf(text).map(fnv1a);
  for (let end = Math.min(LENGTH, hashes.length); end <= hashes.length; end++) {
    let hash = Math.min(LENGTH, end);
    for (let at = Math.max(0, end - LENGTH); at < end; at++)
      hash = Math.imul(hash ^ hashes[at]!, 0x9e3779b1) ^ (hash >>> 15);
    yield mix(hash);
  }
}

/** The share of their sequences that two texts have in common (Jaccard). */
export function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let common = 0;
  for (const sequence of small) if (large.has(sequence)) common++;
  return common / (one.size + other.size - common);
}

/** The last steps of MurmurHash3: every bit of the result depends on every bit of the value. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
