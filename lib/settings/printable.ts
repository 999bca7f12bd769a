const UNFIT = /(?![\t\n\r])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * Scraped text as it may be shown: what neither HTML nor XML nor a terminal can take (control characters, halves of
 * surrogate pairs, direction overrides) becomes U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(UNFIT, '\ufffd');
}

/** JSON that may be shown and still says the same: what is unfit stands there by its number. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNFIT,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The beginning of a text, fit to be shown and sent: half a surrogate pair in a failure would end a worker. */
export const cut = (text: string, most = 60): string =>
  printable(text.length <= most ? text : `${text.slice(0, most - 1)}…`);
