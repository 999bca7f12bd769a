/** Start times and overlap policies of a schedule: parsing and display. */
import type { CalendarSpecDescription, Range, ScheduleOverlapPolicy } from '@temporalio/client';
import { InvalidArgumentError } from 'commander';

/** Overlap policies, as spelled on the command line. */
export const OVERLAPS = [
  ...(['skip', 'buffer-one', 'buffer-all'] as const),
  ...(['cancel-other', 'terminate-other', 'allow-all'] as const),
];
export type Overlap = (typeof OVERLAPS)[number];

/** Temporal's name of a policy: `BUFFER_ONE`. */
export const policyOf = (overlap: Overlap) =>
  overlap.toUpperCase().replace('-', '_') as ScheduleOverlapPolicy;

const MINUTE = 60_000;
const UNITS: [name: string, milliseconds: number][] = [
  ['week', 7 * 24 * 60 * MINUTE],
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
  ['second', MINUTE / 60],
];

/** Parses `7d`, `12 hours`, `30m`. @returns milliseconds */
export function readInterval(text: string): number {
  const match = /^\s*(\d+)\s*([a-z]+?)s?\s*$/i.exec(text);
  const unit = UNITS.find(([name]) => match && [name, name[0]].includes(match[2]!.toLowerCase()));
  const interval = Number(match?.[1]) * (unit?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(interval) && interval >= MINUTE) return interval;
  throw new InvalidArgumentError('Expected a number and m, h, d or w, e.g. 12h or 7d, at least 1m.');
}

const CRON_FIELDS = 'minute, hour, day of the month, month, day of the week';

/**
 * Validates a cron expression: five fields, or a name such as `@daily`. With six, Temporal takes the last for the year, not
 * the first for seconds, and it silently ignores `#`, `L` and `W`.
 */
export function readCron(text: string): string {
  const expression = text.trim().replace(/^(CRON_TZ|TZ)=\S+\s+/, '');
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(expression)) return text;
  const fields = expression.split(/\s+/);
  if (fields.length !== 5)
    throw new InvalidArgumentError(
      `It has ${fields.length === 1 ? 'one field' : `${fields.length} fields`} instead of five: ${CRON_FIELDS}, e.g. "30 6 * * MON".`,
    );
  const odd = fields.find(
    (field) => !/^[\d*?/,-]+$|^[\d*?/,A-Z-]+$/i.test(field) || /\d[LW]|^L|#/i.test(field),
  );
  if (odd === undefined) return text;
  throw new InvalidArgumentError(
    `"${odd}" is no field of it: numbers, names, and * , - / are. In order: ${CRON_FIELDS}.`,
  );
}

/** `604800000` -> `7 days`: in the largest unit that divides it; weeks only from two on. */
export function intervalWords(milliseconds: number): string {
  for (const [name, size] of UNITS) {
    const count = milliseconds / size;
    if (Number.isInteger(count) && !(name === 'week' && count === 1))
      return count === 1 ? name : `${count} ${name}s`;
  }
  return `${milliseconds} ms`;
}

/** A calendar spec of the server, which also represents cron expressions: `at 06:30 on MONDAY`. */
export function describeCalendar(calendar: CalendarSpecDescription): string {
  const { hour, minute, dayOfMonth, month, dayOfWeek } = calendar;
  const time =
    isOne(hour) && isOne(minute)
      ? `at ${two(hour[0]!.start)}:${two(minute[0]!.start)}`
      : `at minute ${rangesWords(minute)} of hour ${rangesWords(hour)}`;
  return [
    time,
    ...(isAll(dayOfMonth, 1, 31) ? [] : [`on day ${rangesWords(dayOfMonth)} of the month`]),
    ...(isAll(month, 'JANUARY', 'DECEMBER') ? [] : [`in ${rangesWords(month)}`]),
    ...(isAll(dayOfWeek, 'SUNDAY', 'SATURDAY') ? [] : [`on ${rangesWords(dayOfWeek)}`]),
  ].join(' ');
}

const two = (value: number) => String(value).padStart(2, '0');

const isOne = (ranges: Range<number>[]) => ranges.length === 1 && ranges[0]!.start === ranges[0]!.end;

const isAll = <U>(ranges: Range<U>[], first: U, last: U) =>
  ranges.length === 0 || ranges.some(({ start, end, step }) => start === first && end === last && step <= 1);

const rangesWords = <U>(ranges: Range<U>[]) =>
  ranges
    .map(({ start, end, step }) =>
      start === end ? `${start}` : `${start} to ${end}${step > 1 ? ` by ${step}` : ''}`,
    )
    .join(', ');
