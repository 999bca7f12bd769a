import assert from 'node:assert/strict';
import type { Shard } from '../../../lib/balancing/shards.ts';
import { MOST_AT_ONCE, ShardWindow } from '../../../workflows/shard-window.ts';

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
    const window = new ShardWindow();
    const { running, begin, turn, most } = work();
    const all = window.all(shards(3 * MOST_AT_ONCE), MOST_AT_ONCE, begin);
    while (running.size > 0) {
      // The last first, so that results come out of order.
      [...running.values()].at(-1)!.end();
      await turn();
    }
    assert.deepEqual(
      await all,
      shards(3 * MOST_AT_ONCE).map(({ from }) => from),
    );
    assert.equal(most(), MOST_AT_ONCE);
    assert.ok(window.holds(MOST_AT_ONCE));
  });

  it('begins nothing new after a failure, and counts what an attempt left at work', async () => {
    const window = new ShardWindow();
    const first = work();
    const failed = window.all(shards(500), MOST_AT_ONCE, first.begin);
    first.running.get(7)!.fail(new Error('out of memory'));
    await assert.rejects(failed, /out of memory/);
    assert.equal(first.most(), MOST_AT_ONCE);

    const second = work();
    const again = window.all(shards(500), MOST_AT_ONCE, second.begin);
    await second.turn();
    assert.equal(second.running.size, 1, 'only the place of the failed shard is free');
    for (const { end } of [...first.running.values()]) end();
    await second.turn();
    assert.equal(second.most(), MOST_AT_ONCE);
    while (second.running.size > 0) {
      for (const { end } of [...second.running.values()]) end();
      await second.turn();
    }
    assert.equal((await again).length, 500);
  });
});
