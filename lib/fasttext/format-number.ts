/**
 * A number as C++ streams write it: so many digits, trailing zeros left out, an exponent of two digits or more for
 * very small and very large ones.
 */
export function formatNumber(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return Object.is(value, -0) ? '-0' : '0';
  const exponent = Math.floor(Math.log10(Math.abs(rounded)) + 1e-12);
  if (exponent >= -4 && exponent < digits) return String(rounded);
  const [mantissa, power] = rounded.toExponential().split('e') as [string, string];
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}
