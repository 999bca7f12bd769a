import assert from 'node:assert/strict';
import { ModelMemory } from '../../../lib/fasttext/model-memory.ts';
import { createRandom } from '../../../lib/random/random.ts';

/** More row numbers than a kernel is given at a time, and fewer. */
const [MANY, FEW] = [5000, 30];
const INPUTS = 50;

/** The same arithmetic in plain loops, every product and sum rounded to 32 bits. */
class PlainArithmetic {
  readonly hidden: Float32Array;
  readonly gradient: Float32Array;
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly #dim: number;

  constructor(memory: ModelMemory) {
    this.#dim = memory.shape.dim;
    this.hidden = new Float32Array(this.#dim);
    this.gradient = new Float32Array(this.#dim);
    this.input = memory.input.data.slice();
    this.output = memory.output.data.slice();
  }

  readHidden(rows: Int32Array): void {
    for (const row of rows) this.#columns((c) => (this.hidden[c]! += this.input[row * this.#dim + c]!));
    this.#columns((c) => (this.hidden[c]! *= Math.fround(1 / rows.length)));
  }

  score(row: number): number {
    let sum = 0;
    this.#columns((c) => {
      sum = Math.fround(sum + Math.fround(this.output[row * this.#dim + c]! * this.hidden[c]!));
    });
    return sum;
  }

  learn(row: number, step: number): void {
    this.#columns((c) => {
      const place = row * this.#dim + c;
      this.gradient[c]! += Math.fround(step * this.output[place]!);
      this.output[place]! += Math.fround(step * this.hidden[c]!);
    });
  }

  moveInput(rows: Int32Array): void {
    this.#columns((c) => (this.gradient[c]! *= Math.fround(1 / rows.length)));
    for (const row of rows) this.#columns((c) => (this.input[row * this.#dim + c]! += this.gradient[c]!));
  }

  #columns(each: (column: number) => void): void {
    for (let column = 0; column < this.#dim; column++) each(column);
  }
}

describe('the kernels', () => {
  for (const dim of [1, 2, 3, 4, 7, 48, 50, 90, 101, 300])
    for (const [labels, length] of [1, 4, 10, 13].flatMap((count) => [
      [count, FEW],
      [count, MANY],
    ]) as [number, number][])
      it(`compute what plain loops do, to the last bit: ${dim} columns, ${labels} labels, ${length} rows`, () => {
        const random = createRandom(dim, 'kernels', String(labels));
        const memory = new ModelMemory({ inputs: INPUTS, labels, dim });
        for (const { data } of [memory.input, memory.output])
          for (let place = 0; place < data.length; place++) data[place] = random.next() - 0.5;
        const rows = Int32Array.from({ length }, () => random.int(INPUTS));
        const plain = new PlainArithmetic(memory);
        const { scratch } = memory;

        scratch.readHidden(rows, length);
        plain.readHidden(rows);
        assert.deepEqual([...scratch.hidden], [...plain.hidden]);

        scratch.scoreAll();
        assert.deepEqual(
          [...scratch.output],
          Array.from({ length: labels }, (_, row) => plain.score(row)),
        );
        assert.equal(scratch.score(labels - 1), plain.score(labels - 1));

        scratch.gradient.fill(0);
        for (let row = 0; row < labels; row++) scratch.steps[row] = 0.1 * row - 0.2;
        for (let row = 0; row < labels; row++) plain.learn(row, scratch.steps[row]!);
        scratch.learnAll();
        scratch.learn(labels - 1, 0.25);
        plain.learn(labels - 1, 0.25);
        assert.deepEqual([...scratch.gradient], [...plain.gradient]);
        assert.deepEqual([...memory.output.data], [...plain.output]);

        scratch.moveInput();
        plain.moveInput(rows);
        assert.deepEqual([...memory.input.data], [...plain.input]);
      });
});

describe('the memory of a model', () => {
  it('has weights and scratch that do not overlap', () => {
    const { input, output, scratch } = new ModelMemory({ inputs: 3, labels: 5, dim: 7 });
    const parts = [input.data, output.data, scratch.hidden, scratch.output, scratch.gradient, scratch.steps];
    for (const [index, part] of parts.entries()) part.fill(index + 1);
    // Reading copies row numbers to the scratch, and must change nothing but the hidden vector.
    scratch.readHidden(new Int32Array(MANY).fill(2), MANY);
    scratch.hidden.fill(parts.indexOf(scratch.hidden) + 1);
    for (const [index, part] of parts.entries())
      assert.ok(
        part.every((value) => value === index + 1),
        `part ${index}`,
      );
  });
});
