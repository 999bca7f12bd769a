/** How fastText cuts a text into tokens, on its UTF-8 bytes. */
import { extendHash, HASH_START } from './hash.ts';

/** What fastText puts in place of a line's end. */
export const END_OF_LINE = '</s>';
/** What a token that names a class begins with. */
export const LABEL_PREFIX = '__label__';

export const END_OF_LINE_BYTES: Uint8Array = Buffer.from(END_OF_LINE);
export const LABEL_PREFIX_BYTES: Uint8Array = Buffer.from(LABEL_PREFIX);

/** fastText's separators: no others, so that a no-break space is part of a token. */
const SEPARATORS = /[ \n\r\t\v\f\0]+/;

/** By byte: whether it separates tokens. None is part of a longer character in UTF-8. */
const SEPARATES = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 128 && SEPARATORS.test(String.fromCharCode(byte))),
);

/** The tokens of a text, its line breaks taken for spaces. */
export function splitTokens(text: string): string[] {
  return text.split(SEPARATORS).filter((token) => token !== '');
}

/**
 * Goes through the tokens of the bytes from place `from` to before `to`.
 * @param take called with where a token begins, where it has ended, and its hash
 */
export function eachToken(
  bytes: Uint8Array,
  from: number,
  to: number,
  take: (from: number, to: number, hash: number) => void,
): void {
  let place = from;
  while (place < to) {
    while (place < to && SEPARATES[bytes[place]!] === 1) place++;
    const start = place;
    let hash = HASH_START;
    while (place < to && SEPARATES[bytes[place]!] === 0) hash = extendHash(hash, bytes[place++]!);
    if (place > start) take(start, place, hash);
  }
}

/** Texts as UTF-8 in a buffer that is used again for each. */
export class TextBytes {
  #bytes = new Uint8Array(1 << 12);

  /** The bytes of a text, until the next one is asked for; bytes are returned as they are. */
  of(text: string | Uint8Array): Uint8Array {
    if (typeof text !== 'string') return text;
    // A UTF-16 unit becomes at most three bytes.
    if (3 * text.length > this.#bytes.length) this.#bytes = new Uint8Array(6 * text.length);
    return this.#bytes.subarray(0, ENCODER.encodeInto(text, this.#bytes).written);
  }
}

const ENCODER = new TextEncoder();
