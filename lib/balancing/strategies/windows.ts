/** Fewer words cannot be partially blanked. */
const FEWEST_WORDS = 3;

/**
 * Splits a text between words into windows of equal word counts, each of about `most` tokens or fewer, so that training
 * pairs and prompts are never truncated. A text of fewer than `FEWEST_WORDS` words gives none.
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

/** Share of the token limit for a window; the rest is for the class name and the blanks. */
const WINDOW_SHARE = 0.8;

/** Tokens per window such that both sides of a pair fit. */
export const windowTokens = (maxInput: number, maxTarget: number): number =>
  Math.max(2, Math.floor(WINDOW_SHARE * Math.min(maxInput, maxTarget)));
