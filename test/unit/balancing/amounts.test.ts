import assert from 'node:assert/strict';
import { MOST_SHARDS, promptsPerShard, splitIntoShards } from '../../../lib/balancing/shards.ts';
import { missingRecords } from '../../../lib/balancing/target.ts';

describe('the records that a class lacks', () => {
  const cases: [target: Parameters<typeof missingRecords>[0], missing: number][] = [
    ['largest', 70],
    ['median', 20],
    [1, 70],
    [0.5, 20],
    [0.1, 0],
    [10, 0],
    [130, 100],
  ];
  for (const [target, missing] of cases)
    it(`to reach ${target} are ${missing}`, () =>
      assert.equal(missingRecords(target, 30, [100, 30, 50]), missing));
});

describe('the shards of a class', () => {
  it('start at whole multiples of their size, wherever a round begins', () =>
    assert.deepEqual(splitIntoShards({ from: 5, to: 22 }, 10), [
      { from: 5, to: 10 },
      { from: 10, to: 20 },
      { from: 20, to: 22 },
    ]));

  it('have the size of the settings where that gives few of them', () =>
    assert.equal(promptsPerShard({ shardSize: 512, maxRounds: 2 }, 100_000), 512));

  it('are so large that all rounds together have no more than a history holds', () => {
    for (const [shardSize, maxRounds, wanted] of [
      [1, 1, 10_000_000],
      [1, 10, 97_373],
      [512, 2, 9_999_999],
      [100_000, 10, 10_000_000],
    ] as const) {
      const size = promptsPerShard({ shardSize, maxRounds }, wanted);
      let count = 0;
      for (let round = 0; round < maxRounds; round++)
        count += splitIntoShards({ from: round * wanted, to: (round + 1) * wanted }, size).length;
      // A round may begin within a shard.
      assert.ok(count <= MOST_SHARDS + maxRounds, `${count} shards`);
    }
  });
});
