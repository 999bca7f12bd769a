import assert from 'node:assert/strict';
import { FailureCount } from '../../../activities/failures.ts';

const step = (done: number, resumed?: number) => ({ phase: 'train', done, unit: 'steps', resumed });

/** The count of an attempt that follows one with these heartbeat details. */
const following = (heartbeatDetails: unknown, attempt = 2) => new FailureCount({ attempt, heartbeatDetails });

describe("an activity's failures", () => {
  it('are counted over attempts', () => {
    const first = following(undefined, 1);
    first.add();
    const second = following(first.state);
    second.add();
    assert.equal(second.state.failures, 2);
  });

  it('do not grow by an attempt that was lost with its worker', () => {
    const lost = following({ failures: 1, resumed: 0, phase: 'train', done: 7, unit: 'steps' });
    lost.note(step(8));
    assert.equal(following(lost.state, 3).state.failures, 1);
  });

  it('count from the start when an attempt begins further than any before', () => {
    const count = following({ failures: 2, resumed: 10 });
    count.note(step(21, 20));
    assert.equal(count.state.failures, 0);
  });

  it('go on counting when an attempt begins where the last one did', () => {
    const count = following({ failures: 2, resumed: 20 });
    count.note(step(21, 20));
    count.add();
    assert.equal(count.state.failures, 3);
  });

  it('count from the start when the activity was reset by hand', () => {
    assert.equal(following({ failures: 2, resumed: 20 }, 1).state.failures, 0);
  });
});
