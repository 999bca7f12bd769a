/** Numbers and scraped text in the words of the report. */
import { printable } from '../settings/printable.ts';

const WHOLE = new Intl.NumberFormat('en-US');
const THREE_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** `12,345`. */
export const whole = (value: number) => WHOLE.format(value);

/** A share or an F1 with three digits: `0.692`. */
export const figure = (value: number) => value.toFixed(3);

/** A difference with three digits and its sign: `+0.012`, `−0.300`. */
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${figure(Math.abs(value))}`;

/** At most three significant digits: `14`, `36.9`, `0.05`. */
export const rounded = (value: number) => THREE_DIGITS.format(value);

/** `0.692 ± 0.012`, or the figure alone where one seed gives no margin. */
export const withMargin = (value: number, margin: number | undefined) =>
  margin === undefined ? figure(value) : `${figure(value)} ± ${figure(margin)}`;

/** A length of time: `1 h 02 min`, `3 min 05 s`, `0.42 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${rounded(seconds)} s`;
  const total = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (total < 3600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`;
  return `${whole(Math.floor(total / 3600))} h ${two(Math.floor((total % 3600) / 60))} min`;
}

/** `1 record`, `12 records`. */
export const plural = (count: number, one: string, many = `${one}s`) =>
  `${whole(count)} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** With a capital letter at its start. */
export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A scraped name on one line of at most `length` characters. */
export function shortName(name: string, length: number): string {
  const line = [...printable(name).replace(/\s+/g, ' ').trim()];
  return line.length > length ? `${line.slice(0, length - 1).join('')}…` : line.join('');
}

const LONGEST = 60;

/** A class's name as the page shows it: a label column may hold whole paragraphs. */
export const className = (name: string) => shortName(name, LONGEST);
