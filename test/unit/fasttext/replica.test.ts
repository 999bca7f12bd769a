import assert from 'node:assert/strict';
import { ModelMemory } from '../../../lib/fasttext/model-memory.ts';

const shape = { inputs: 600, labels: 3, dim: 6 };

describe("a thread's own copy of the weights that all change", () => {
  it('brings what each thread has learnt to all, and what the others have to each', () => {
    const memory = ModelMemory.allocate(shape, 2);
    memory.input.data.fill(1);
    const [first, second] = [0, 1].map((thread) => {
      const replica = memory.replica(thread)!;
      return { replica, scratch: memory.scratch(thread, replica) };
    }) as [Learner, Learner];
    const learn = ({ scratch }: Learner, row: number) => {
      scratch.gradient.fill(0.5);
      scratch.moveInput(Int32Array.of(row), 1);
    };
    const read = (scratch: Learner['scratch'], row: number) => {
      scratch.readHidden(Int32Array.of(row), 1);
      return [...new Set(scratch.hidden)];
    };
    learn(first, 7);
    learn(second, 7);
    learn(second, 599);
    assert.deepEqual(read(memory.scratch(0), 7), [1], 'a frequent row waits for a merge');
    assert.deepEqual(read(memory.scratch(0), 599), [1.5], 'a rare one does not');
    first.replica.merge();
    second.replica.merge();
    second.replica.merge();
    assert.deepEqual(read(memory.scratch(0), 7), [2]);
    assert.deepEqual(read(second.scratch, 7), [2]);
    assert.deepEqual(read(first.scratch, 7), [1.5]);
    first.replica.merge();
    assert.deepEqual(read(first.scratch, 7), [2]);
  });

  it('is none where there is one thread', () =>
    assert.equal(ModelMemory.allocate(shape).replica(0), undefined));
});

interface Learner {
  replica: NonNullable<ReturnType<ModelMemory['replica']>>;
  scratch: ReturnType<ModelMemory['scratch']>;
}
