/** Distributions and corrections for comparing methods, equal to scipy's and statsmodels' to 1e-9. */

/** Student's t stays below it with this probability, from 0.5 to below 1; degrees of freedom are whole. */
export function studentQuantile(probability: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentCdf(high, freedom) < probability) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (studentCdf(middle, freedom) < probability) low = middle;
    else high = middle;
  }
}

/** Probability of at most `t`, which is not negative: the finite series for whole degrees (Abramowitz, Stegun 26.7.3). */
function studentCdf(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, squaredCosine] = [Math.sin(angle), Math.cos(angle) ** 2];
  const odd = freedom % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= ((k - 1) / k) * squaredCosine;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return (1 + within) / 2;
}

/** Probability that Student's t lies above `t`, which is not negative. */
export const studentTail = (t: number, freedom: number): number => 1 - studentCdf(t, freedom);

/** Fisher's exact test, one-sided: the probability that the first group has so many of the hits or more, at equal rates. */
export function fisherTest(
  first: { hits: number; of: number },
  second: { hits: number; of: number },
): number {
  const hits = first.hits + second.hits;
  const all = first.of + second.of;
  const total = logChoose(all, hits);
  let tail = 0;
  for (let k = first.hits; k <= Math.min(first.of, hits); k++) {
    if (hits - k > second.of) continue;
    tail += Math.exp(logChoose(first.of, k) + logChoose(second.of, hits - k) - total);
  }
  return Math.min(1, tail);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n + 1 - i) / i);
  return sum;
}

/** Holm's step-down correction of p values, in the given order. */
export function holmCorrection(pValues: readonly number[]): number[] {
  const ascending = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected: number[] = [];
  let largest = 0;
  for (const [rank, index] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
