/**
 * Which tokens a model knows, and which rows of the input matrix a line of text stands for.
 * The rows are: one per word, most frequent first, then one per bucket of n-grams.
 */
import type { FastTextSettings } from '../settings/settings.ts';
import type { TokenisedCorpus } from './corpus.ts';
import { bucketOfHash, extendHash, HASH_START } from './hash.ts';
import { introsort } from './introsort.ts';
import { END_OF_LINE, fromBytes, isLabel, LABEL_PREFIX } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

type NgramSettings = Pick<FastTextSettings, 'minn' | 'maxn' | 'wordNgrams' | 'bucket'>;

export class Dictionary {
  /** The entries: words, then labels; each by falling count. */
  readonly tokens: readonly string[];
  /** How often each entry was seen. */
  readonly counts: Float64Array;
  readonly wordCount: number;
  /** The labels as text, without their prefix: label 0 is the most frequent. */
  readonly labels: readonly string[];
  /** All tokens that were counted, those below `minCount` too: the length of one epoch. */
  readonly tokenCount: number;
  /** The entry of each token of the vocabulary that it was made from; -1 where it is not in the dictionary. */
  readonly entryOf: Int32Array;
  readonly settings: NgramSettings;
  readonly #vocabulary: Vocabulary;

  /** @param entries the vocabulary's number of each entry */
  constructor(
    vocabulary: Vocabulary,
    entries: readonly number[],
    counts: Float64Array,
    tokenCount: number,
    settings: NgramSettings,
  ) {
    this.tokens = entries.map((token) => vocabulary.tokens[token]!);
    this.counts = counts;
    this.tokenCount = tokenCount;
    this.settings = settings;
    const firstLabel = this.tokens.findIndex(isLabel);
    this.wordCount = firstLabel < 0 ? entries.length : firstLabel;
    this.labels = this.tokens
      .slice(this.wordCount)
      .map((token) => fromBytes(token.slice(LABEL_PREFIX.length)));
    this.entryOf = new Int32Array(vocabulary.tokens.length).fill(-1);
    for (const [entry, token] of entries.entries()) this.entryOf[token] = entry;
    this.#vocabulary = vocabulary;
  }

  get labelCounts(): number[] {
    return Array.from(this.counts.subarray(this.wordCount));
  }

  get rows(): number {
    return this.wordCount + this.settings.bucket;
  }

  /** The number of a token's entry, or -1 for an unknown token. */
  find(token: string): number {
    return this.entryOf[this.#vocabulary.find(token)] ?? -1;
  }

  /** The rows of the character n-grams of `<token>`: `minn` to `maxn` characters, no bracket alone. */
  subwordsOf(token: string): Int32Array {
    const { minn, maxn, bucket } = this.settings;
    if (maxn <= 0 || token === END_OF_LINE) return new Int32Array(0);
    const bytes = `<${token}>`;
    const rows: number[] = [];
    for (let start = 0; start < bytes.length; start++) {
      if (isInside(bytes, start)) continue;
      let hash = HASH_START;
      for (let length = 1, end = start; length <= maxn && end < bytes.length; length++) {
        do hash = extendHash(hash, bytes.charCodeAt(end++));
        while (isInside(bytes, end));
        const bracketAlone = length === 1 && (start === 0 || end === bytes.length);
        if (length >= minn && !bracketAlone) rows.push(this.wordCount + bucketOfHash(hash, bucket));
      }
    }
    return Int32Array.from(rows);
  }
}

/** Whether a byte of UTF-8 goes on with a character that an earlier one began. */
const isInside = (bytes: string, place: number) => (bytes.charCodeAt(place) & 0xc0) === 0x80;

/**
 * The dictionary that fastText would build from a file holding just these records in this order; a record drawn twice
 * counts twice. One thing is not done as there: beyond 22.5 million distinct tokens fastText drops the rarest.
 */
export function buildDictionary(
  { vocabulary, tokens, offsets }: TokenisedCorpus,
  order: Int32Array,
  settings: NgramSettings & Pick<FastTextSettings, 'minCount'>,
): Dictionary {
  const counts = new Float64Array(vocabulary.tokens.length);
  const seen: number[] = [];
  let tokenCount = 0;
  for (const record of order) {
    const end = offsets[record + 1]!;
    for (let place = offsets[record]!; place < end; place++) {
      const token = tokens[place]!;
      if (counts[token] === 0) seen.push(token);
      counts[token]!++;
    }
    tokenCount += end - offsets[record]!;
  }
  const areLabels = vocabulary.tokens.map(isLabel);
  introsort(seen, (a, b) => (areLabels[a] === areLabels[b] ? counts[a]! > counts[b]! : areLabels[b]!));
  const kept = seen.filter((token) => areLabels[token] || counts[token]! >= settings.minCount);
  return new Dictionary(
    vocabulary,
    kept,
    Float64Array.from(kept, (token) => counts[token]!),
    tokenCount,
    withoutUnusedBuckets(settings),
  );
}

/** fastText makes no buckets where nothing would fall into them. */
function withoutUnusedBuckets({ minn, maxn, wordNgrams, bucket }: NgramSettings): NgramSettings {
  return { minn, maxn, wordNgrams, bucket: wordNgrams <= 1 && maxn <= 0 ? 0 : bucket };
}
