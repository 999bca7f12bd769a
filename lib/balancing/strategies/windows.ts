/** Fewer cannot be blanked in part. */
const FEWEST_WORDS = 3;

/**
 * Cuts a text between words into stretches of as many words each, so that each has about `most` tokens or fewer: what
 * a model is taught and asked is then never cut off. A text of fewer than `FEWEST_WORDS` words gives none.
 */
export function windowsOf(text: string, most: number, countTokens: (text: string) => number): string[] {
  const words = text.split(/\s+/u).filter(Boolean);
  if (words.length < FEWEST_WORDS) return [];
  const windows = Math.min(Math.floor(words.length / FEWEST_WORDS), Math.ceil(countTokens(text) / most));
  const edge = (window: number) => Math.floor((window * words.length) / windows);
  return Array.from({ length: windows }, (_, window) =>
    words.slice(edge(window), edge(window + 1)).join(' '),
  );
}

/** Share of the limits that a window takes; the class's name and the blanks have the rest. */
const WINDOW_SHARE = 0.8;

/** Tokens of a window from which both sides of a pair fit. */
export const windowTokens = (maxInput: number, maxTarget: number): number =>
  Math.max(2, Math.floor(WINDOW_SHARE * Math.min(maxInput, maxTarget)));
