/** Words as the profiles and the filter compare them: lower case, accents composed, apostrophes inside kept. */
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** The words of a text in order, normalised so that case, spaces and punctuation do not tell two texts apart. */
export function comparableWords(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}
