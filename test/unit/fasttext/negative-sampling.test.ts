import assert from 'node:assert/strict';
import { NegativeSamplingLoss } from '../../../lib/fasttext/losses/losses.ts';
import { ModelMemory } from '../../../lib/fasttext/model-memory.ts';
import { MinStdRand } from '../../../lib/fasttext/random-engine.ts';

/** Gives the places of the table that it is told to, and notes how many the table has. */
class ChosenPlaces extends MinStdRand {
  tableSize = 0;
  readonly #places: number[];

  constructor(places: readonly number[]) {
    super(1);
    this.#places = [...places];
  }

  override int(below: number): number {
    this.tableSize = below;
    return this.#places.shift()!;
  }
}

/** The table as the C++ program fills it. */
function tableOf(counts: readonly number[]): number[] {
  let sum = 0;
  for (const count of counts) sum = Math.fround(sum + Math.sqrt(count));
  const table: number[] = [];
  for (const [label, count] of counts.entries()) {
    const places = Math.fround(Math.fround(Math.fround(Math.sqrt(count)) * 1e7) / sum);
    for (let place = 0; place < places; place++) table.push(label);
  }
  return table;
}

describe('negative sampling', () => {
  it("draws from fastText's table of square roots without building it", () => {
    const counts = [3735, 2125, 355, 17, 1];
    const table = tableOf(counts);
    const borders = table.flatMap((label, place) => (label === table[place - 1] ? [] : [place - 1, place]));
    const places = [...borders.filter((place) => place >= 0), table.length - 1];
    for (const place of places) {
      const drawn = table[place]!;
      const target = (drawn + 1) % counts.length;
      const memory = new ModelMemory({ inputs: 1, labels: counts.length, dim: 1 });
      const { scratch } = memory;
      scratch.hidden[0] = 1;
      const random = new ChosenPlaces([place]);
      new NegativeSamplingLoss(1, counts).forward([target], target, scratch, 0.1, random);
      assert.equal(random.tableSize, table.length);
      const moved = counts.flatMap((_, label) => (memory.output.data[label] === 0 ? [] : [label]));
      assert.deepEqual(moved, [target, drawn].sort(), `place ${place}`);
    }
  });
});
