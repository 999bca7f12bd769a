import assert from 'node:assert/strict';
import type { Shard } from '../../../lib/balancing/shards.ts';
import { inWindow } from '../../../workflows/shard-window.ts';

const shards = (count: number): Shard[] =>
  Array.from({ length: count }, (_, at) => ({ from: at, to: at + 1 }));

/** Work that ends when it is told to, and knows how much of it was at once. */
function work() {
  const running = new Map<number, { end: () => void; fail: (error: Error) => void }>();
  let most = 0;
  const begin = ({ from }: Shard) =>
    new Promise<number>((resolve, reject) => {
      running.set(from, {
        end: () => {
          running.delete(from);
          resolve(from);
        },
        fail: reject,
      });
      most = Math.max(most, running.size);
    });
  const turn = () => new Promise((resume) => setImmediate(resume));
  return { running, begin, turn, most: () => most };
}

describe('the window over the shards of a branch', () => {
  it('has so many at work and no more, and gives their results in order', async () => {
    const { running, begin, turn, most } = work();
    const all = inWindow(shards(60), 20, begin);
    while (running.size > 0) {
      // The last first, so that results come out of order.
      [...running.values()].at(-1)!.end();
      await turn();
    }
    assert.deepEqual(
      await all,
      shards(60).map(({ from }) => from),
    );
    assert.equal(most(), 20);
  });

  it('begins nothing new after a failure', async () => {
    const { running, begin, turn } = work();
    const failed = inWindow(shards(60), 20, begin);
    running.get(7)!.fail(new Error('out of memory'));
    await assert.rejects(failed, /out of memory/);
    running.get(3)!.end();
    await turn();
    assert.equal(Math.max(...running.keys()), 19);
  });
});
