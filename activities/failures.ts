/**
 * Errors as Temporal failures: `type` is the error's name, and what a repetition cannot mend is non-retryable.
 */
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { namedIfDiskFull } from '../lib/artifacts/disk-full.ts';

/** Names of errors that the same parameters will bring again. */
const FINAL = new Set(['InvalidInput', 'EngineUnavailable', 'TrainingDiverged', 'ModelUnavailable']);

/**
 * How often an activity may fail by itself. Attempts that ended because a worker was lost count too, but do not make
 * the next one the last: only the failure that is thrown at or beyond this attempt is final.
 */
const ATTEMPTS = 3;

/** Failures of something that every attempt needs; they pass by themselves, if only after hours. */
const OUTAGES = new Set(['StorageUnavailable']);

/** @param attempt which attempt of the activity this error ended, from 1 */
export function toFailure(error: unknown, attempt: number): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const named = namedIfDiskFull(error);
  const { name, message } = named instanceof Error ? named : new Error(String(named));
  return ApplicationFailure.create({
    type: name,
    message,
    nonRetryable:
      (attempt >= ATTEMPTS && !OUTAGES.has(name)) || (FINAL.has(name) && !isMarkedRetryable(error)),
    cause: error instanceof Error ? error : undefined,
  });
}

const isMarkedRetryable = (error: unknown) =>
  (error as { retryable?: boolean } | undefined)?.retryable === true;
