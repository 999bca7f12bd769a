/** Whether a text has no character beyond ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: all that is not ASCII is looked for
export const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text);
