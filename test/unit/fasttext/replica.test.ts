import assert from 'node:assert/strict';
import { ModelMemory } from '../../../lib/fasttext/model-memory.ts';

/** Row 0 is merged at every turn, row 300 at every second, row 600 at every fourth; row 4,099 is of a rare word. */
const shape = { inputs: 5000, words: 4100, labels: 3, dim: 6 };
const RARE = 4099;

describe("a thread's own copy of the weights that all change", () => {
  it('brings what each thread has learnt to all, and what the others have to each', () => {
    const { memory, first, second } = twoLearners();
    learn(first, 7);
    learn(second, 7);
    learn(second, RARE);
    assert.deepEqual(read(memory.scratch(0), 7), [1], 'a frequent row waits for a merge');
    assert.deepEqual(read(memory.scratch(0), RARE), [1.5], 'a rare one does not');
    first.replica.merge();
    second.replica.merge();
    second.replica.merge();
    assert.deepEqual(read(memory.scratch(0), 7), [2]);
    assert.deepEqual(read(second.scratch, 7), [2]);
    assert.deepEqual(read(first.scratch, 7), [1.5]);
    first.replica.merge();
    assert.deepEqual(read(first.scratch, 7), [2]);
  });

  it('merges the rows of rarer words less often', () => {
    const { memory, first } = twoLearners();
    const rows = [0, 300, 600];
    for (const row of rows) learn(first, row);
    const merged = [1, 2, 3, 4].map(() => {
      first.replica.mergeInTurn();
      return rows.filter((row) => read(memory.scratch(0), row)[0] === 1.5);
    });
    assert.deepEqual(merged, [[0], [0, 300], [0, 300], [0, 300, 600]]);
  });

  it('merges the rows of all labels at every turn', () => {
    const { memory, first, second } = twoLearners();
    first.scratch.hidden.fill(1);
    first.scratch.learn(2, 0.25);
    first.replica.mergeInTurn();
    second.replica.mergeInTurn();
    for (const scratch of [memory.scratch(0), second.scratch]) {
      scratch.hidden.fill(1);
      scratch.scoreAll();
      assert.deepEqual([...scratch.output], [0, 0, 0.25 * shape.dim]);
    }
  });

  it('holds no rows of n-grams, which may be as frequent as any word', () => {
    const memory = ModelMemory.allocate({ ...shape, words: 10 }, 2);
    assert.equal(memory.replica(0)!.inputs, 10);
  });

  it('is none where there is one thread', () =>
    assert.equal(ModelMemory.allocate(shape).replica(0), undefined));
});

interface Learner {
  replica: NonNullable<ReturnType<ModelMemory['replica']>>;
  scratch: ReturnType<ModelMemory['scratch']>;
}

/** Two threads' replicas of weights that are 1 in the input matrix and 0 in the output matrix. */
function twoLearners() {
  const memory = ModelMemory.allocate(shape, 2);
  memory.input.data.fill(1);
  const [first, second] = [0, 1].map((thread) => {
    const replica = memory.replica(thread)!;
    return { replica, scratch: memory.scratch(thread, replica) };
  }) as [Learner, Learner];
  return { memory, first, second };
}

/** Adds a half to a row of the input matrix. */
function learn({ scratch }: Learner, row: number): void {
  scratch.readHidden(Int32Array.of(row), 1);
  scratch.gradient.fill(0.5);
  scratch.moveInput();
}

/** The different values in a row. */
function read(scratch: Learner['scratch'], row: number): number[] {
  scratch.readHidden(Int32Array.of(row), 1);
  return [...new Set(scratch.hidden)];
}
