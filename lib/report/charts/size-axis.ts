/** A logarithmic axis of numbers of records. */

const MOST_TICKS = 7;

export interface SizeAxis {
  type: 'log';
  domain: [number, number];
  ticks: number[];
  tickFormat: string;
}

/** The axis that has room for these numbers, with ticks at 1, 2 and 5 times the powers of ten, or these alone. */
export function sizeAxis(sizes: readonly number[]): SizeAxis {
  const [least, most] = [Math.max(1, Math.min(...sizes)) / 1.4, Math.max(1, ...sizes) * 1.4];
  const powers = Array.from({ length: 12 }, (_, power) => 10 ** power);
  const within = (ticks: number[]) => ticks.filter((tick) => tick >= least && tick <= most);
  const fine = within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  return {
    type: 'log',
    domain: [least, most],
    ticks: fine.length <= MOST_TICKS ? fine : within(powers),
    tickFormat: '~s',
  };
}
