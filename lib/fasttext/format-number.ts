/** 10^0 to 10^12: so far, the product of a 24-bit number and a power of ten has no more than 53 bits, and is exact. */
const POWERS = Float64Array.from({ length: 13 }, (_, power) => 10 ** power);

/**
 * A 32-bit float as C++ streams write it: so many digits, at most 6, trailing zeros left out, an exponent of two digits
 * or more for very small and very large ones. Of two numbers that are as near, it is the one with the even last digit.
 */
export function formatNumber(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  let exponent = Math.floor(Math.log10(size));
  // Beyond what is exact, where no weights are, JavaScript's own rounding will do.
  if (digits - 1 - exponent >= POWERS.length || size >= 2 ** 53)
    return sign + withExponent(...partsOf(size.toExponential(digits - 1)));
  let whole = roundedToEven(size, digits - 1 - exponent);
  // The logarithm may be a hair off, and rounding may carry into another digit.
  if (whole < POWERS[digits - 1]!) whole = roundedToEven(size, digits - 1 - --exponent);
  else if (whole >= POWERS[digits]!) whole = roundedToEven(size, digits - 1 - ++exponent);
  while (whole % 10 === 0) whole /= 10;
  return (
    sign +
    (exponent < -4 || exponent >= digits
      ? withExponent(String(whole), exponent)
      : plain(String(whole), exponent))
  );
}

/** The whole number nearest to `size * 10^decimals`. */
function roundedToEven(size: number, decimals: number): number {
  const step = decimals < 0 ? POWERS[-decimals]! : 1;
  const scaled = decimals < 0 ? size : size * POWERS[decimals]!;
  const rest = scaled % step;
  const below = (scaled - rest) / step;
  if (2 * rest === step) return below + (below % 2);
  return 2 * rest < step ? below : below + 1;
}

/** `digits` is what is left of the number without its sign and zeros, `exponent` the power of ten of the first one. */
function plain(digits: string, exponent: number): string {
  const point = exponent + 1;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function withExponent(digits: string, exponent: number): string {
  const power = String(Math.abs(exponent)).padStart(2, '0');
  const rest = digits.slice(1);
  return `${digits[0]}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${power}`;
}

function partsOf(exponential: string): [digits: string, exponent: number] {
  const [mantissa, power] = exponential.split('e') as [string, string];
  return [mantissa.replace('.', '').replace(/0+$/, ''), Number(power)];
}
