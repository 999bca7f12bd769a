/**
 * L-BFGS (Nocedal, Wright 2006, "Numerical optimization", algorithm 7.4): Newton's method with a curvature that is
 * remembered from the last few steps, and steps that are halved until the value falls enough.
 */

/** Steps whose curvature is remembered. Each takes two vectors of the size of the parameters. */
const MEMORY = 6;
/** Share of the fall that the gradient promises which a step must bring. */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 40;

/** The largest component of the gradient that counts as none: a further step would change no prediction visibly. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 300;

/**
 * Minimises a smooth convex function.
 * @param parameters where to start; end at the minimum
 * @param evaluate gives the value at parameters, and writes the gradient there into zeros
 */
export async function minimise(
  parameters: Float64Array,
  evaluate: (parameters: Float64Array, gradient: Float64Array) => Promise<number>,
  onStep: (step: number) => void,
): Promise<void> {
  let gradient = new Float64Array(parameters.length);
  let value = await evaluate(parameters, gradient);
  const memory: Curvature[] = [];
  for (let step = 0; step < MOST_STEPS && largest(gradient) > TOLERANCE; step++) {
    onStep(step);
    const direction = directionOf(gradient, memory);
    const slope = dot(direction, gradient);
    const [before, gradientBefore] = [parameters.slice(), gradient];
    // The first step has no curvature to go by, so that it is as long as the gradient is not.
    let length = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    for (let halvings = 0; ; halvings++, length /= 2) {
      if (halvings === MOST_HALVINGS) {
        parameters.set(before);
        return;
      }
      for (let k = 0; k < parameters.length; k++) parameters[k] = before[k]! + length * direction[k]!;
      gradient = new Float64Array(parameters.length);
      const next = await evaluate(parameters, gradient);
      if (next <= value + SUFFICIENT * length * slope) {
        value = next;
        break;
      }
    }
    remember(memory, difference(parameters, before), difference(gradient, gradientBefore));
  }
}

interface Curvature {
  move: Float64Array;
  change: Float64Array;
  /** Product of the two. */
  product: number;
}

/** Minus the gradient, bent by the curvature of the remembered steps. */
function directionOf(gradient: Float64Array, memory: readonly Curvature[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares: number[] = [];
  for (const { move, change, product } of [...memory].reverse()) {
    const share = dot(move, direction) / product;
    shares.push(share);
    addScaled(direction, change, -share);
  }
  const latest = memory.at(-1);
  if (latest) {
    const scale = latest.product / dot(latest.change, latest.change);
    for (let k = 0; k < direction.length; k++) direction[k]! *= scale;
  }
  for (const { move, change, product } of memory)
    addScaled(direction, move, shares.pop()! - dot(change, direction) / product);
  return direction;
}

function remember(memory: Curvature[], move: Float64Array, change: Float64Array): void {
  const product = dot(move, change);
  if (product <= Number.EPSILON * dot(change, change)) return;
  memory.push({ move, change, product });
  if (memory.length > MEMORY) memory.shift();
}

const largest = (vector: Float64Array) => vector.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

const difference = (a: Float64Array, b: Float64Array) => a.map((value, k) => value - b[k]!);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function addScaled(to: Float64Array, vector: Float64Array, factor: number): void {
  for (let k = 0; k < to.length; k++) to[k]! += factor * vector[k]!;
}
