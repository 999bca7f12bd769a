/**
 * A 32-bit float as C++ streams write it: so many digits, at most 6, trailing zeros left out, an exponent of two digits
 * or more for very small and very large ones.
 */
export function formatNumber(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [fraction, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < digits) return String(Number(`${fraction}e${exponent}`));
  return `${Number(fraction)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
