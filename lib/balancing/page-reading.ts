/** What a profile needs of one page by itself, whichever pages there are besides. */
import { isBoilerplate, type SentenceWords } from './boilerplate.ts';
import { sentenceKey } from './sentence-counts.ts';
import { FIGURE, STOP_WORD, TELLING, Vocabulary } from './vocabulary.ts';

/** Raised whenever a page is read in another way. */
export const READING_VERSION = 1;

/** Good until the next page is read. */
export interface PageReading {
  /** The words that can tell classes apart, in order, by their numbers in the reader's vocabulary. */
  words: Int32Array;
  /** The sentences that can stand in a prompt, `SENTENCE_NUMBERS` each; undefined where they were not asked for. */
  sentences: Int32Array | undefined;
}

/** Of a sentence: the high and the low half of its key, and from where to where it goes in the text. */
export const SENTENCE_NUMBERS = 4;

export interface PageReader {
  readonly vocabulary: Vocabulary;
  read(text: string, wantsSentences: boolean): PageReading;
}

/** Words that a sentence has. */
const FEWEST_WORDS = 5;
const MOST_WORDS = 40;

/** A sentence as it stands in a prompt. Most are so already, and looking is faster than replacing. */
export const withSingleSpaces = (text: string): string =>
  (/\s\s|[^\S ]/u.test(text) ? text.replace(/\s+/gu, ' ') : text).trim();

/** Reads every page anew. */
export class FreshReader implements PageReader {
  readonly vocabulary: Vocabulary;
  readonly #segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

  /** @param vocabulary gets the words that it does not have */
  constructor(vocabulary = new Vocabulary()) {
    this.vocabulary = vocabulary;
  }

  read(text: string, wantsSentences: boolean): PageReading {
    const { words, starts } = this.vocabulary.read(text);
    const telling = words.filter((word) => (this.vocabulary.kinds[word]! & TELLING) !== 0);
    const sentences = wantsSentences ? this.#sentencesOf(text, words, starts) : undefined;
    return { words: telling, sentences };
  }

  #sentencesOf(text: string, words: Int32Array, starts: Int32Array | undefined): Int32Array {
    const found: number[] = [];
    let from = 0;
    for (const { segment, index } of this.#segmenter.segment(text)) {
      const end = index + segment.length;
      let to = from;
      while (starts !== undefined && to < starts.length && starts[to]! < end) to++;
      const spoken = starts ? words.subarray(from, to) : this.vocabulary.read(segment).words;
      from = to;
      if (spoken.length < FEWEST_WORDS || spoken.length > MOST_WORDS) continue;
      if (isBoilerplate(withSingleSpaces(segment), this.#count(spoken))) continue;
      const { high, low } = sentenceKey(spoken, this.vocabulary.hashes);
      found.push(high, low, index, end);
    }
    return Int32Array.from(found);
  }

  #count(words: Int32Array): SentenceWords {
    const counts = { words: words.length, figures: 0, stopWords: 0 };
    for (const word of words) {
      const kind = this.vocabulary.kinds[word]!;
      if ((kind & FIGURE) !== 0) counts.figures++;
      if ((kind & STOP_WORD) !== 0) counts.stopWords++;
    }
    return counts;
  }
}
