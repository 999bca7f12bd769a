import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import { cut, printable } from '../lib/settings/printable.ts';

/** Reasons are part of messages and results, whose size is limited. */
const LONGEST_REASON = 2000;

/** The root cause of a failure, in readable form: `ModelProcessDied: …`. */
export function reasonOf(error: unknown): string {
  const cause = rootCause(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  const isNamed = cause instanceof ApplicationFailure && cause.type;
  return cut(isNamed ? `${cause.type}: ${message}` : message, LONGEST_REASON);
}

/** The failure that ends a run: its root cause, so that the Web UI's first line says what happened. */
export function runFailure(error: unknown): unknown {
  const cause = rootCause(error);
  if (cause === error || !(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.create({
    message: cause.message,
    type: cause.type ?? undefined,
    nonRetryable: true,
    cause: error as Error,
  });
}

function rootCause(error: unknown): unknown {
  const isWrapper = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isWrapper && error.cause ? rootCause(error.cause) : error;
}

/** Rejects a message that has a problem. A lone surrogate in a failure would crash the worker. */
export function refuse(problem: string | undefined): void {
  if (problem) throw ApplicationFailure.nonRetryable(printable(problem), 'InvalidMessage');
}
