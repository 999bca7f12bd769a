/** Errors as Temporal failures: `type` is the error's name, and what a retry cannot fix is non-retryable. */
import { ApplicationFailure, CancelledFailure, type Info } from '@temporalio/activity';
import { namedIfDiskFull } from '../lib/artifacts/disk-full.ts';
import { printable } from '../lib/settings/printable.ts';
import type { StageProgress } from '../lib/stages/stage.ts';

/** Names of errors that the same parameters will bring again. */
const FINAL = new Set(['InvalidInput', 'EngineUnavailable', 'TrainingDiverged', 'ModelUnavailable']);

/** How often an activity may fail by itself. Lost workers and outages do not count. */
const FAILURES = 3;

/** Failures of something that every attempt needs; they pass by themselves, if only after hours. */
const OUTAGES = new Set(['StorageUnavailable']);

/** Whether an error says nothing about the work: it passes by itself. */
export const isOutage = (error: unknown): boolean => error instanceof Error && OUTAGES.has(error.name);

/** @param failures how often the activity has failed by itself, this time included */
export function toFailure(error: unknown, failures: number): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const named = namedIfDiskFull(error);
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
