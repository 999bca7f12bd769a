import type { Info } from '@temporalio/activity';
import type { StageProgress } from '../lib/stages/stage.ts';

interface State {
  /** How often the activity failed by itself without getting any further. */
  failures: number;
  /** The furthest progress that an attempt inherited from earlier ones. */
  resumed: number;
}

/**
 * Counts the failures of an activity over its attempts; heartbeats carry the count from one to the next. Temporal's own
 * number of attempts will not do: lost workers count in it, and a long training that fails now and then but goes on
 * from a later checkpoint each time is on its way to the end.
 */
export class FailureCount {
  #state: State;

  /** @param info an activity that was reset by hand is at its first attempt again, and counts from the start */
  constructor({ attempt, heartbeatDetails }: Pick<Info, 'attempt' | 'heartbeatDetails'>) {
    const { failures = 0, resumed = 0 } =
      (attempt > 1 && (heartbeatDetails as Partial<State> | undefined)) || {};
    this.#state = { failures, resumed };
  }

  /** What heartbeats are to carry. */
  get state(): State {
    return this.#state;
  }

  note({ resumed = 0 }: StageProgress): void {
    if (resumed > this.#state.resumed) this.#state = { failures: 0, resumed };
  }

  add(): void {
    this.#state.failures++;
  }
}
