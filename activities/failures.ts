/** Errors as Temporal failures: `type` is the error's name, and what a retry cannot fix is non-retryable. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { namedIfDiskFull } from '../lib/artifacts/disk-full.ts';
import { printable } from '../lib/settings/printable.ts';

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
      (failures >= FAILURES && !isOutage(error)) || (FINAL.has(name) && !isMarkedRetryable(error)),
    cause: error instanceof Error ? error : undefined,
  });
}

const isMarkedRetryable = (error: unknown) =>
  (error as { retryable?: boolean } | undefined)?.retryable === true;
