/**
 * How fastText cuts a line into tokens. It knows bytes, not characters: lines and tokens are strings with a character
 * for each byte of UTF-8, so that what is no UTF-8 stays as it is.
 */

/** What fastText puts in place of a line's end. */
export const END_OF_LINE = '</s>';
/** What a token that names a class begins with. */
export const LABEL_PREFIX = '__label__';

/** fastText's separators: no others, so that a no-break space is part of a token. */
const SEPARATORS = /[ \n\r\t\v\f\0]+/;

/** A text as a string of its bytes. */
export const toBytes = (text: string): string => Buffer.from(text).toString('latin1');

/** The text of a string of bytes. */
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/** The tokens of a line, line breaks in it taken for spaces. */
export const splitTokens = (line: string): string[] => line.split(SEPARATORS).filter((token) => token !== '');

/** Whether a token names a class. */
export const isLabel = (token: string): boolean => token.startsWith(LABEL_PREFIX);
