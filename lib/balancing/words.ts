/** Words as the profiles and the filter compare them: lower case, accents composed, apostrophes inside kept. */
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
/** The same of ASCII alone, where nothing has to be composed either: a third of the time. */
const ASCII_WORD = /[a-z0-9]+(?:'[a-z0-9]+)*/g;

/** The words of a text in order, normalised so that case, spaces and punctuation do not tell two texts apart. */
export function comparableWords(text: string): string[] {
  if (isAscii(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** Whether a text has no character beyond ASCII. */
function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is not ASCII is looked for
  return !/[^\x00-\x7f]/.test(text);
}
