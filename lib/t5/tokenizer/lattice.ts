/**
 * All ways to cut words into pieces, flat in typed arrays. A word of n characters has n + 1 nodes; an edge ends at a
 * node, reaches back `length` characters and is one piece of the vocabulary. The edges are found once, by name, when
 * the lattice is built; afterwards pieces only vanish, so that no round of training looks a piece up again.
 *
 * Probabilities are multiplied, not added as logarithms: words have at most MAX_WORD characters, which keeps the
 * products of any segmentation inside the range of a double.
 */

/** Longest stretch of characters treated as one word. */
export const MAX_WORD = 32;

export class Lattice {
  readonly wordCount: number;
  /** First node of each word; one more entry than words. */
  private readonly firstNode: Int32Array;
  /** First edge that ends at each node; one more entry than nodes. */
  private firstEdge: Int32Array;
  private edgePiece: Int32Array;
  private edgeLength: Uint8Array;
  private readonly forward = new Float64Array(MAX_WORD + 1);
  private readonly backward = new Float64Array(MAX_WORD + 1);
  private readonly bestEdge = new Int32Array(MAX_WORD + 1);

  /**
   * @param words each as its characters (code points), at most MAX_WORD of them
   * @param pieces ids of the pieces by name; every single character must be one
   * @param maxPiece longest piece in characters
   */
  constructor(words: readonly string[][], pieces: ReadonlyMap<string, number>, maxPiece: number) {
    this.wordCount = words.length;
    this.firstNode = new Int32Array(words.length + 1);
    for (const [index, word] of words.entries())
      this.firstNode[index + 1] = this.firstNode[index]! + word.length + 1;
    const nodes = this.firstNode[words.length]!;
    this.firstEdge = new Int32Array(nodes + 1);
    const edgePiece: number[] = [];
    const edgeLength: number[] = [];
    let node = 0;
    for (const word of words) {
      for (let end = 0; end <= word.length; end++) {
        let name = '';
        for (let start = end - 1; start >= 0 && end - start <= maxPiece; start--) {
          name = word[start]! + name;
          const piece = pieces.get(name);
          if (piece === undefined) continue;
          edgePiece.push(piece);
          edgeLength.push(end - start);
        }
        this.firstEdge[++node] = edgePiece.length;
      }
    }
    this.edgePiece = Int32Array.from(edgePiece);
    this.edgeLength = Uint8Array.from(edgeLength);
  }

  /** Removes the edges of pieces that are gone, and gives the others the ids they have now. */
  renumber(newId: Int32Array): void {
    const firstEdge = new Int32Array(this.firstEdge.length);
    let kept = 0;
    for (let node = 0; node + 1 < firstEdge.length; node++) {
      for (let edge = this.firstEdge[node]!; edge < this.firstEdge[node + 1]!; edge++) {
        const id = newId[this.edgePiece[edge]!]!;
        if (id < 0) continue;
        this.edgePiece[kept] = id;
        this.edgeLength[kept++] = this.edgeLength[edge]!;
      }
      firstEdge[node + 1] = kept;
    }
    this.firstEdge = firstEdge;
    this.edgePiece = this.edgePiece.slice(0, kept);
    this.edgeLength = this.edgeLength.slice(0, kept);
  }

  /**
   * Adds to `expected` how often each piece occurs in a word over all its segmentations, weighted by their
   * probability (forward-backward), times `count`.
   */
  addExpected(word: number, count: number, probability: Float64Array, expected: Float64Array): void {
    const { firstEdge, edgePiece, edgeLength, forward, backward } = this;
    const base = this.firstNode[word]!;
    const length = this.firstNode[word + 1]! - base - 1;
    forward[0] = 1;
    for (let end = 1; end <= length; end++) {
      let sum = 0;
      for (let edge = firstEdge[base + end]!; edge < firstEdge[base + end + 1]!; edge++)
        sum += forward[end - edgeLength[edge]!]! * probability[edgePiece[edge]!]!;
      forward[end] = sum;
    }
    backward.fill(0, 0, length);
    backward[length] = count / forward[length]!;
    for (let end = length; end > 0; end--) {
      const after = backward[end]!;
      for (let edge = firstEdge[base + end]!; edge < firstEdge[base + end + 1]!; edge++) {
        const start = end - edgeLength[edge]!;
        const through = probability[edgePiece[edge]!]! * after;
        backward[start]! += through;
        expected[edgePiece[edge]!]! += forward[start]! * through;
      }
    }
  }

  /**
   * The most probable segmentation of a word, its last piece first; of equals the one whose last piece is longest.
   * @param whole whether one piece may cover the whole word
   */
  segment(word: number, probability: Float64Array, whole = true): { pieces: number[]; probability: number } {
    const { firstEdge, edgePiece, edgeLength, forward, bestEdge } = this;
    const base = this.firstNode[word]!;
    const length = this.firstNode[word + 1]! - base - 1;
    forward[0] = 1;
    for (let end = 1; end <= length; end++) {
      let best = -1;
      for (let edge = firstEdge[base + end + 1]! - 1; edge >= firstEdge[base + end]!; edge--) {
        if (!whole && edgeLength[edge] === length) continue;
        const score = forward[end - edgeLength[edge]!]! * probability[edgePiece[edge]!]!;
        if (score <= best) continue;
        best = score;
        bestEdge[end] = edge;
      }
      forward[end] = best;
    }
    const pieces: number[] = [];
    for (let end = length; end > 0; end -= edgeLength[bestEdge[end]!]!)
      pieces.push(edgePiece[bestEdge[end]!]!);
    return { pieces, probability: forward[length]! };
  }
}
