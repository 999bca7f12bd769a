const UNSAFE = /(?![\t\n\r])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * Makes scraped text safe to display: characters invalid in HTML, XML or a terminal (control characters, lone surrogates,
 * direction overrides) become U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}

/** JSON that is safe to display, with unsafe characters escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Truncates a text and makes it safe to display and send: a lone surrogate in a failure would crash a worker. */
export const cut = (text: string, most = 60): string =>
  printable(text.length <= most ? text : `${text.slice(0, most - 1)}…`);
