import assert from 'node:assert/strict';
import { thisMachine } from '../../../lib/artifacts/machine.ts';
import { mergeTimings, type Timing } from '../../../lib/artifacts/timing.ts';

const machine = thisMachine();
const from = (start: number, seconds: number, cores = 2): Timing => ({
  startedAt: new Date(start * 1000).toISOString(),
  seconds,
  machines: [{ ...machine, cores }],
});

describe('what several timings took together', () => {
  const cases: [what: string, timings: Timing[], seconds: number, start: number][] = [
    ['one', [from(10, 5)], 5, 10],
    ['two at the same time', [from(10, 5), from(12, 5)], 7, 10],
    ['one within the other', [from(10, 50), from(12, 5), from(58, 4)], 52, 10],
    ['two with a week between', [from(700_000, 3), from(10, 5)], 8, 10],
  ];
  for (const [what, timings, seconds, start] of cases)
    it(`is the time in which one was at work: ${what}`, () => {
      const all = mergeTimings(timings)!;
      assert.deepEqual([all.seconds, all.startedAt], [seconds, new Date(start * 1000).toISOString()]);
    });

  it('names each machine once, and passes over what is not known', () => {
    const all = mergeTimings([undefined, from(0, 1), from(1, 1, 64), from(2, 1)])!;
    assert.deepEqual(
      all.machines.map(({ cores }) => cores),
      [2, 64],
    );
    assert.equal(mergeTimings([undefined]), undefined);
  });

  it('stays the same when it is put together again', () => {
    const once = mergeTimings([from(0, 5), from(100, 5)])!;
    assert.deepEqual(mergeTimings([once]), once);
  });
});

describe('the machine', () => {
  it('says what it has', () => {
    assert.ok(machine.cpu.length > 0 && machine.cores >= 1 && machine.memory > 2 ** 20);
    assert.equal(machine.platform, `${process.platform} ${process.arch}`);
  });
});
