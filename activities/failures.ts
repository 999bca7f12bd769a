/** Errors as Temporal failures: `type` is the error's name, and what a retry cannot fix is non-retryable. */
import { ApplicationFailure, CancelledFailure, type Info } from '@temporalio/activity';
import { asDiskFull } from '../lib/artifacts/disk-full.ts';
import { printable } from '../lib/settings/printable.ts';
import type { StageProgress } from '../lib/stages/stage.ts';

/** Errors that the same parameters will always cause. */
const FINAL = new Set(['InvalidInput', 'EngineUnavailable', 'TrainingDiverged', 'ModelUnavailable']);

/** How often an activity may fail, not counting lost workers and outages. */
const FAILURES = 3;

/** Whether an error is an outage, unrelated to the work, that will pass. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Error && error.name === 'StorageUnavailable';

/** @param failures how often the activity has failed, not counting lost workers, this time included */
export function toFailure(error: unknown, failures: number): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const named = asDiskFull(error);
  const { name, message } = named instanceof Error ? named : new Error(String(named));
  return ApplicationFailure.create({
    type: name,
    message: printable(message),
    nonRetryable:
      (failures >= FAILURES && !isOutage(error)) ||
      (FINAL.has(name) && (error as { retryable?: boolean } | undefined)?.retryable !== true),
    cause: error instanceof Error ? error : undefined,
  });
}

/** How often the activity failed without progress, and the furthest progress an attempt started from. */
type State = { failures: number; resumed: number };

/**
 * Counts the failures of an activity over its attempts, in its heartbeats. Temporal's own attempt number includes lost
 * workers, and a training that fails but gets further each time will finish.
 */
export class FailureCount {
  #state: State;

  /** @param info an activity that was reset by hand is at its first attempt again, and counts from the start */
  constructor({ attempt, heartbeatDetails }: Pick<Info, 'attempt' | 'heartbeatDetails'>) {
    const { failures = 0, resumed = 0 } =
      (attempt > 1 && (heartbeatDetails as Partial<State> | undefined)) || {};
    this.#state = { failures, resumed };
  }

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
