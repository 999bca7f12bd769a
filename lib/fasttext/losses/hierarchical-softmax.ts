import type { Scratch } from '../model-memory.ts';
import { BestLabels, type Loss, learnBinary, logProbability, type ScoredLabel } from './loss.ts';

interface Node {
  count: number;
  parent: number;
  left: number;
  right: number;
  /** Whether it is its parent's right child. */
  isRight: boolean;
}

/** What fastText gives a node before it is known: more than any corpus has. */
const NOT_YET = 1e15;

/**
 * A Huffman tree over the labels with a yes-or-no question at each inner node, so that a step costs the logarithm of
 * the number of labels. Node numbers below that number are labels; inner node n asks with row n less that number.
 */
export class HierarchicalSoftmaxLoss implements Loss {
  readonly learnsAllLabels = false;
  readonly #labels: number;
  readonly #tree: Node[];

  /** @param counts how often each label occurs, the most frequent first */
  constructor(counts: readonly number[]) {
    this.#labels = counts.length;
    this.#tree = buildTree(counts);
  }

  forward(_labels: readonly number[], target: number, scratch: Scratch, learningRate: number): number {
    let loss = 0;
    for (let node = this.#tree[target]!; node.parent >= 0; node = this.#tree[node.parent]!)
      loss += learnBinary(scratch, node.parent - this.#labels, node.isRight, learningRate);
    return loss;
  }

  predict(scratch: Scratch, k: number, threshold: number): ScoredLabel[] {
    const best = new BestLabels(k);
    const least = logProbability(threshold);
    const descend = (number: number, score: number): void => {
      if (score < least || best.isFullAbove(score)) return;
      const { left, right } = this.#tree[number]!;
      if (left < 0) {
        best.add(score, number);
        return;
      }
      const product = scratch.score(number - this.#labels);
      const toTheRight = Math.fround(1 / Math.fround(1 + Math.fround(Math.exp(-product))));
      descend(left, Math.fround(score + logProbability(Math.fround(1 - toTheRight))));
      descend(right, Math.fround(score + logProbability(toTheRight)));
    };
    descend(this.#tree.length - 1, 0);
    return best.sorted();
  }
}

function buildTree(counts: readonly number[]): Node[] {
  const labels = counts.length;
  const tree: Node[] = Array.from({ length: 2 * labels - 1 }, (_, number) => ({
    count: counts[number] ?? NOT_YET,
    parent: -1,
    left: -1,
    right: -1,
    isRight: false,
  }));
  let leaf = labels - 1;
  let inner = labels;
  const takeSmallest = () => (leaf >= 0 && tree[leaf]!.count < tree[inner]!.count ? leaf-- : inner++);
  for (let number = labels; number < tree.length; number++) {
    const [left, right] = [takeSmallest(), takeSmallest()];
    const count = tree[left]!.count + tree[right]!.count;
    tree[number] = { ...tree[number]!, left, right, count };
    tree[left]!.parent = number;
    tree[right]!.parent = number;
    tree[right]!.isRight = true;
  }
  return tree;
}
