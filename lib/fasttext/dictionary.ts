/**
 * Which tokens a model knows, and which rows of the input matrix a line of text stands for.
 * The rows are: one per word, most frequent first, then one per bucket of n-grams.
 */
import type { FastTextSettings } from '../settings/settings.ts';
import type { TokenisedCorpus } from './corpus.ts';
import { bucketOfHash, extendHash, HASH_START } from './hash.ts';
import { introsort } from './introsort.ts';
import { findToken, type TokenTable } from './token-table.ts';
import { END_OF_LINE_BYTES, LABEL_PREFIX, LABEL_PREFIX_BYTES } from './tokens.ts';

type NgramSettings = Pick<FastTextSettings, 'minn' | 'maxn' | 'wordNgrams' | 'bucket'>;

/** What a dictionary is made of. */
export interface DictionaryEntries {
  /** The tokens, and possibly others. */
  vocabulary: TokenTable;
  /** The vocabulary's number of each entry: words, then labels; each by falling count. */
  tokens: Int32Array;
  /** How often each entry was seen. */
  counts: Float64Array;
}

export class Dictionary {
  /** Words and labels. */
  readonly size: number;
  readonly wordCount: number;
  /** The labels without their prefix: label 0 is the most frequent. */
  readonly labels: readonly string[];
  /** All tokens that were counted, those below `minCount` too: the length of one epoch. */
  readonly tokenCount: number;
  /** How often each entry was seen. */
  readonly counts: Float64Array;
  /** Entry number of each token of the vocabulary that it was made from; -1 where it is not in the dictionary. */
  readonly entryOf: Int32Array;
  readonly settings: NgramSettings;
  readonly #vocabulary: TokenTable;
  readonly #tokens: Int32Array;

  constructor(
    { vocabulary, tokens, counts }: DictionaryEntries,
    tokenCount: number,
    settings: NgramSettings,
  ) {
    this.size = tokens.length;
    this.counts = counts;
    this.tokenCount = tokenCount;
    this.settings = settings;
    this.#vocabulary = vocabulary;
    this.#tokens = tokens;
    const firstLabel = tokens.findIndex((token) => vocabulary.startsWith(token, LABEL_PREFIX_BYTES));
    this.wordCount = firstLabel < 0 ? tokens.length : firstLabel;
    this.labels = Array.from(tokens.subarray(this.wordCount), (token) =>
      vocabulary.textOf(token).slice(LABEL_PREFIX.length),
    );
    this.entryOf = new Int32Array(vocabulary.size).fill(-1);
    for (let entry = 0; entry < tokens.length; entry++) this.entryOf[tokens[entry]!] = entry;
  }

  get labelCounts(): number[] {
    return Array.from(this.counts.subarray(this.wordCount));
  }

  get rows(): number {
    return this.wordCount + this.settings.bucket;
  }

  /** The token of an entry, as UTF-8. */
  bytesOf(entry: number): Uint8Array {
    return this.#vocabulary.bytesOf(this.#tokens[entry]!);
  }

  /**
   * The number of the entry with the bytes from place `from` to before `to`, or -1 for an unknown token.
   * @param hash that `hashBytes` gives for these bytes
   */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    return this.#entryOf(this.#vocabulary.find(bytes, from, to, hash));
  }

  /** The same of a token that is not cut out of a text. */
  findToken(token: Uint8Array): number {
    return this.#entryOf(findToken(this.#vocabulary, token));
  }

  #entryOf(token: number): number {
    return token < 0 ? -1 : this.entryOf[token]!;
  }

  /** The rows of the character n-grams of `<token>`: `minn` to `maxn` characters, no bracket alone. */
  subwordsOf(token: Uint8Array): Int32Array {
    const { minn, maxn, bucket } = this.settings;
    if (maxn <= 0 || Buffer.compare(token, END_OF_LINE_BYTES) === 0) return new Int32Array(0);
    const bytes = Uint8Array.of(OPENING, ...token, CLOSING);
    const rows: number[] = [];
    for (let start = 0; start < bytes.length; start++) {
      if (isInside(bytes[start]!)) continue;
      let hash = HASH_START;
      for (let length = 1, end = start; length <= maxn && end < bytes.length; length++) {
        do hash = extendHash(hash, bytes[end++]!);
        while (end < bytes.length && isInside(bytes[end]!));
        const bracketAlone = length === 1 && (start === 0 || end === bytes.length);
        if (length >= minn && !bracketAlone) rows.push(this.wordCount + bucketOfHash(hash, bucket));
      }
    }
    return Int32Array.from(rows);
  }
}

const [OPENING, CLOSING] = ['<', '>'].map((bracket) => bracket.charCodeAt(0)) as [number, number];

/** Whether a byte of UTF-8 goes on with a character that an earlier one began. */
const isInside = (byte: number) => (byte & 0xc0) === 0x80;

/**
 * The dictionary that fastText would build from a file holding just these records in this order; a record drawn twice
 * counts twice. One thing is not done as there: beyond 22.5 million distinct tokens fastText drops the rarest.
 */
export function buildDictionary(
  { vocabulary, tokens, offsets }: TokenisedCorpus,
  order: Int32Array,
  settings: NgramSettings & Pick<FastTextSettings, 'minCount'>,
): Dictionary {
  const counts = new Float64Array(vocabulary.size);
  const seen = new Int32Array(vocabulary.size);
  let [distinct, tokenCount] = [0, 0];
  for (const record of order) {
    const end = offsets[record + 1]!;
    for (let place = offsets[record]!; place < end; place++) {
      const token = tokens[place]!;
      if (counts[token] === 0) seen[distinct++] = token;
      counts[token]!++;
    }
    tokenCount += end - offsets[record]!;
  }
  const kept = sortTokens(vocabulary, seen.subarray(0, distinct), counts, settings.minCount);
  const entries = { vocabulary, tokens: kept, counts: Float64Array.from(kept, (token) => counts[token]!) };
  return new Dictionary(entries, tokenCount, withoutUnusedBuckets(settings));
}

/** Words by falling count, then labels likewise; without the words that are too rare. */
function sortTokens(vocabulary: TokenTable, seen: Int32Array, counts: Float64Array, minCount: number) {
  const isLabel = new Uint8Array(vocabulary.size);
  for (const token of seen) isLabel[token] = Number(vocabulary.startsWith(token, LABEL_PREFIX_BYTES));
  introsort<number>(seen, (a, b) => (isLabel[a] === isLabel[b] ? counts[a]! > counts[b]! : isLabel[b] === 1));
  return seen.filter((token) => isLabel[token] === 1 || counts[token]! >= minCount);
}

/** fastText makes no buckets where nothing would fall into them. */
function withoutUnusedBuckets({ minn, maxn, wordNgrams, bucket }: NgramSettings): NgramSettings {
  return { minn, maxn, wordNgrams, bucket: wordNgrams <= 1 && maxn <= 0 ? 0 : bucket };
}
