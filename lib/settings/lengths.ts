/**
 * Says why texts of these lengths cannot be generated, or nothing. With a least length above the greatest, no text could
 * ever end.
 */
export function problemWithLengths(lengths: { minLength: number; maxLength: number }): string | undefined {
  const { minLength, maxLength } = lengths;
  if (minLength <= maxLength) return undefined;
  return `minLength is ${minLength}, more than maxLength, which is ${maxLength}: set both`;
}
