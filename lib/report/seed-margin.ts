/** How far the mean over several seeds may lie from the mean over all of them. */

/** Two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const Z95 = 1.96;

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Half the width of the 95 % confidence interval of the mean (Student's t), or undefined for fewer than two values.
 * It covers the randomness of sampling and training, not that of which records were held out.
 */
export function margin95(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const freedom = values.length - 1;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / freedom;
  return t95(freedom) * Math.sqrt(variance / values.length);
}

/** Beyond the table by the first term of the Cornish-Fisher expansion, which is off by less than 0.001 there. */
const t95 = (freedom: number) => T95[freedom - 1] ?? Z95 + (Z95 ** 3 + Z95) / (4 * freedom);
