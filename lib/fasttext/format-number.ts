/**
 * A 32-bit float as C++ streams write it: so many digits, at most 6, trailing zeros left out, an exponent of two digits
 * or more for very small and very large ones. Of two numbers that are as near, it is the one with the even last digit.
 */
export function formatNumber(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  let rounded = value.toExponential(digits - 1);
  if (isHalfway(value, digits)) rounded = toEven(rounded);
  const number = Number(rounded);
  const exponent = Number(rounded.slice(rounded.indexOf('e') + 1));
  if (exponent >= -4 && exponent < digits) return String(number);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${Number(rounded.slice(0, rounded.indexOf('e')))}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** Whether all that a number has beyond so many digits is a five. */
function isHalfway(value: number, digits: number): boolean {
  // A decimal fraction of 7 digits that is a binary one too has 10 places at most: 5^11 has more digits.
  if (!Number.isInteger(value * 2 ** 10)) return false;
  const exact = value.toExponential(40).replace(/[-.]/g, '');
  return /^50*e/.test(exact.slice(digits));
}

/** JavaScript rounds a half away from zero; an odd last digit came from an even one. */
const toEven = (rounded: string) => rounded.replace(/[13579](?=e)/, (digit) => String(Number(digit) - 1));
