import { END_OF_LINE, LABEL_PREFIX, splitTokens } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import { hashToken } from './hash.ts';
import { LineEncoder } from './line-encoder.ts';

/** Encodes texts that no corpus holds, for a model that predicts. */
export class PlainTextEncoder {
  readonly line: LineEncoder;
  readonly #dictionary: Dictionary;
  /** Rows of known words' n-grams, found once. */
  readonly #subwords = new Map<number, Int32Array>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.line = new LineEncoder({ wordCount: dictionary.wordCount, ...dictionary.settings });
  }

  /** Encodes a whole text as one line, with its `</s>` if it is terminated; labels in it are passed over. */
  encode(text: string, terminated: boolean): void {
    const { wordCount, settings } = this.#dictionary;
    this.line.start();
    const tokens = splitTokens(text);
    if (terminated) tokens.push(END_OF_LINE);
    for (const token of tokens) {
      const entry = this.#dictionary.find(token);
      if (entry >= wordCount || (entry < 0 && token.startsWith(LABEL_PREFIX))) continue;
      const subwords = settings.maxn > 0 ? this.#subwordsOf(token, entry) : NO_ROWS;
      this.line.add(entry, settings.wordNgrams > 1 ? hashToken(token) : 0, subwords, 0, subwords.length);
    }
    this.line.finish();
  }

  #subwordsOf(token: string, entry: number): Int32Array {
    const known = this.#subwords.get(entry);
    if (known) return known;
    const rows = this.#dictionary.subwordsOf(token);
    if (entry >= 0) this.#subwords.set(entry, rows);
    return rows;
  }
}

const NO_ROWS = new Int32Array(0);
