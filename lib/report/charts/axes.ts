/** Axes that several charts share: classes as rows, and their sizes. */
import { bothEnds, byFrequency } from '../classes.ts';
import type { Report } from '../schema.ts';
import { shortName } from '../words.ts';

const MOST_CLASSES = 40;
const LONGEST_NAME = 22;
const CHARACTER_WIDTH = 7.4;

/** The classes as rows, of more than `most` both ends; a sentence on that, their short names, and the width of these. */
export function classAxis(report: Pick<Report, 'classes'>, most = MOST_CLASSES) {
  const all = byFrequency(report);
  const classes = bothEnds(all, most);
  const tickFormat = (name: string) => shortName(name, LONGEST_NAME);
  const longest = Math.max(0, ...classes.map(([name]) => tickFormat(name).length));
  return {
    classes,
    omission:
      classes.length === all.length
        ? ''
        : ` Shown are the ${most / 2} most and the ${most / 2} least frequent of ${all.length} classes.`,
    tickFormat,
    width: Math.max(40, Math.ceil(longest * CHARACTER_WIDTH) + 16),
  };
}

const MOST_TICKS = 7;

/** A logarithmic axis with room for these numbers, and ticks at 1, 2 and 5 times the powers of ten, or these alone. */
export function sizeAxis(sizes: readonly number[]) {
  const [least, most] = [Math.max(1, Math.min(...sizes)) / 1.4, Math.max(1, ...sizes) * 1.4];
  const powers = Array.from({ length: 12 }, (_, power) => 10 ** power);
  const within = (ticks: number[]) => ticks.filter((tick) => tick >= least && tick <= most);
  const fine = within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  return {
    type: 'log' as const,
    domain: [least, most],
    ticks: fine.length <= MOST_TICKS ? fine : within(powers),
    tickFormat: '~s',
  };
}
