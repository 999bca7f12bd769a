/**
 * Which tokens a model knows, and which rows of the input matrix a line of text stands for.
 * The rows are: one per word, most frequent first, then one per bucket of n-grams.
 */
import type { FastTextSettings } from '../settings/settings.ts';
import { END_OF_LINE, LABEL_PREFIX, type TokenisedCorpus } from './corpus.ts';
import { bucketOfHash, hashToken } from './hash.ts';
import { introsort } from './introsort.ts';

/** One word or label of the dictionary. */
export interface DictionaryEntry {
  token: string;
  count: number;
  isLabel: boolean;
}

type NgramSettings = Pick<FastTextSettings, 'minn' | 'maxn' | 'wordNgrams' | 'bucket'>;

export class Dictionary {
  /** Words, then labels; each by falling count. */
  readonly entries: readonly DictionaryEntry[];
  readonly wordCount: number;
  /** The labels without their prefix: label 0 is the most frequent. */
  readonly labels: readonly string[];
  /** All tokens that were counted, those below `minCount` too: the length of one epoch. */
  readonly tokenCount: number;
  readonly settings: NgramSettings;
  #ids: Map<string, number> | undefined;

  constructor(entries: readonly DictionaryEntry[], tokenCount: number, settings: NgramSettings) {
    this.entries = entries;
    const firstLabel = entries.findIndex((entry) => entry.isLabel);
    this.wordCount = firstLabel < 0 ? entries.length : firstLabel;
    this.labels = entries.slice(this.wordCount).map((entry) => entry.token.slice(LABEL_PREFIX.length));
    this.tokenCount = tokenCount;
    this.settings = settings;
  }

  /** How often each label was seen. */
  get labelCounts(): number[] {
    return this.entries.slice(this.wordCount).map(({ count }) => count);
  }

  /** Rows of the input matrix. */
  get rows(): number {
    return this.wordCount + this.settings.bucket;
  }

  /** The entry's number, or -1 for an unknown token. */
  find(token: string): number {
    this.#ids ??= new Map(this.entries.map((entry, id) => [entry.token, id]));
    return this.#ids.get(token) ?? -1;
  }

  /** The rows of the character n-grams of `<token>`: `minn` to `maxn` characters, no bracket alone. */
  subwordsOf(token: string): Int32Array {
    const { minn, maxn, bucket } = this.settings;
    if (maxn <= 0 || token === END_OF_LINE) return new Int32Array(0);
    const characters = [...`<${token}>`];
    const rows: number[] = [];
    for (let start = 0; start < characters.length; start++) {
      for (let length = 1; length <= maxn && start + length <= characters.length; length++) {
        const bracketAlone = length === 1 && (start === 0 || start + 1 === characters.length);
        if (length < minn || bracketAlone) continue;
        const ngram = characters.slice(start, start + length).join('');
        rows.push(this.wordCount + bucketOfHash(hashToken(ngram), bucket));
      }
    }
    return Int32Array.from(rows);
  }
}

/** A dictionary of some of a corpus' records, and how the corpus' own numbers lead into it. */
export interface CorpusDictionary {
  dictionary: Dictionary;
  /** Entry number of each token of the corpus' vocabulary; -1 where it is not in the dictionary. */
  entryOf: Int32Array;
}

/**
 * The dictionary that fastText would build from a file holding just these records in this order: words that occur
 * elsewhere in the corpus only are not in it, a record drawn twice counts twice, and the order of words with equal
 * counts is that of fastText's sort. Labels are never left out.
 *
 * One thing is not done as there: beyond 22.5 million distinct tokens fastText drops the rarest while it reads.
 */
export function buildDictionary(
  corpus: TokenisedCorpus,
  order: Int32Array,
  settings: NgramSettings & Pick<FastTextSettings, 'minCount'>,
): CorpusDictionary {
  const counts = new Float64Array(corpus.vocabulary.tokens.length);
  const seen: number[] = [];
  let tokenCount = 0;
  for (const record of order) {
    const end = corpus.offsets[record + 1]!;
    for (let place = corpus.offsets[record]!; place < end; place++) {
      const token = corpus.tokens[place]!;
      if (counts[token] === 0) seen.push(token);
      counts[token]!++;
    }
    tokenCount += end - corpus.offsets[record]!;
  }
  return { ...sortEntries(corpus, seen, counts, tokenCount, settings) };
}

function sortEntries(
  corpus: TokenisedCorpus,
  seen: readonly number[],
  counts: Float64Array,
  tokenCount: number,
  settings: NgramSettings & Pick<FastTextSettings, 'minCount'>,
): CorpusDictionary {
  const candidates = seen.map((id) => {
    const token = corpus.vocabulary.tokens[id]!;
    return { id, token, count: counts[id]!, isLabel: token.startsWith(LABEL_PREFIX) };
  });
  introsort(candidates, (a, b) => (a.isLabel === b.isLabel ? a.count > b.count : b.isLabel));
  const kept = candidates.filter((entry) => entry.isLabel || entry.count >= settings.minCount);
  const entryOf = new Int32Array(corpus.vocabulary.tokens.length).fill(-1);
  for (const [number, { id }] of kept.entries()) entryOf[id] = number;
  const entries = kept.map(({ token, count, isLabel }) => ({ token, count, isLabel }));
  return { dictionary: new Dictionary(entries, tokenCount, withoutUnusedBuckets(settings)), entryOf };
}

/** fastText makes no buckets where nothing would fall into them. */
function withoutUnusedBuckets({ minn, maxn, wordNgrams, bucket }: NgramSettings): NgramSettings {
  return { minn, maxn, wordNgrams, bucket: wordNgrams <= 1 && maxn <= 0 ? 0 : bucket };
}
