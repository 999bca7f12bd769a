/**
 * The normalisation of tokenizers trained here: SentencePiece's nmt_nfkc in all that a text can show, written as plain
 * patterns so that Python, Rust and JavaScript agree on it. Their own ideas of white space differ (U+0085, U+FEFF).
 */

/** Control characters that vanish. */
const DROPPED = '[\\u0000-\\u0008\\u000B\\u000E-\\u001F\\u007F\\u008F\\u009F]';
/** White space, zero-width characters, the Metaspace sign and U+FFFD: each becomes a space. */
const SPACES =
  '[\\u0009\\u000A\\u000C\\u000D\\u0085\\u00A0\\u1680\\u180E\\u2000-\\u200F\\u2028\\u2029\\u202F\\u205F\\u2581\\u3000\\uFEFF\\uFFFD]';

const droppedPattern = new RegExp(DROPPED, 'gu');
const spacesPattern = new RegExp(SPACES, 'gu');

/** The words of a text as a trained tokenizer sees them: normalised, split on white space, none empty. */
export function normalizedWords(text: string): string[] {
  const normalized = text.replace(droppedPattern, '').replace(spacesPattern, ' ').normalize('NFKC');
  return normalized.split(' ').filter((word) => word !== '');
}

/** The same as a `normalizer` of tokenizer.json. */
export const normalizerJson = {
  type: 'Sequence',
  normalizers: [
    { type: 'Replace', pattern: { Regex: DROPPED }, content: '' },
    { type: 'Replace', pattern: { Regex: SPACES }, content: ' ' },
    { type: 'NFKC' },
  ],
};
