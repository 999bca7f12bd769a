import assert from 'node:assert/strict';
import { formatNumber } from '../../../lib/fasttext/format-number.ts';

describe('a number as C++ writes it', () => {
  const cases: [value: number, digits: number, text: string][] = [
    [0, 5, '0'],
    [-0, 5, '-0'],
    [1, 5, '1'],
    [-0.5, 5, '-0.5'],
    [0.1, 6, '0.1'],
    [100, 5, '100'],
    [12345, 5, '12345'],
    [123456, 5, '1.2346e+05'],
    [99999.5, 5, '1e+05'],
    [1e-4, 5, '0.0001'],
    [9.9999e-5, 5, '9.9999e-05'],
    [-1.5e-7, 5, '-1.5e-07'],
    [1.5e20, 6, '1.5e+20'],
    // As near to the one as to the other: the even one, here below and there above.
    [0.00390625, 5, '0.0039062'],
    [0.00390625 * 3, 5, '0.011719'],
    [-1.0000152587890625, 5, '-1'],
    [0.03515625, 6, '0.0351562'],
  ];
  for (const [value, digits, text] of cases)
    it(`${value} with ${digits} digits: ${text}`, () =>
      assert.equal(formatNumber(Math.fround(value), digits), text));
});
