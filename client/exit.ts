import type { ApplicationFailure } from '@temporalio/client';
import { CommanderError } from 'commander';
import { InvalidInput } from '../lib/settings/invalid-input.ts';

export const EXIT = { ok: 0, ours: 1, users: 2, interrupted: 130 } as const;

/** Ctrl-C or SIGTERM; the message says how to resume. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface Ending {
  exitCode: number;
  /** Name of the error: `InvalidInput`, `ModelProcessDied`. */
  type: string;
  message: string;
  /** Where the user's mistake is, if known. */
  place?: string;
}

/** Exit code and message for an error. @param command the first argument */
export function exitOf(error: unknown, command?: string): Ending {
  if (!(error instanceof Error)) return exitOf(new Error(String(error)));
  const { name: type } = error;
  const message = oneLine(error.message || type);
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.users;
    return { exitCode, type: 'Usage', message: usageMessage(error.code, message, command) };
  }
  if (error instanceof InvalidInput) return { exitCode: EXIT.users, type, message, place: error.place };
  if (error instanceof Interrupted) return { exitCode: EXIT.interrupted, type, message };
  // Compares Temporal's failures by name, so that other commands need not load Temporal.
  if (type === 'WorkflowFailedError') return endingOfRun(error);
  const hint = /^(|\w*Error)$/.test(type) ? ' (DEBUG=counterpoise shows where)' : '';
  return { exitCode: EXIT.ours, type, message: message + hint };
}

function usageMessage(code: string, problem: string, command = '--'): string {
  if (code === 'commander.help') return 'name one of the commands above';
  if (code === 'commander.invalidArgument' || problem.includes('(Did you mean')) return problem;
  const isKnown = !command.startsWith('-') && problem !== `unknown command '${command}'`;
  return `${problem.replace(/\.$/, '')}. See: npx counterpoise ${isKnown ? `${command} ` : ''}--help`;
}

function endingOfRun(error: Error): Ending {
  const cause = firstCause(error);
  const stopped = /^(Cancelled|Terminated)Failure$/.exec(cause.name)?.[1];
  if (stopped) {
    const message = `the run was ${stopped.toLowerCase()}; finished stages are kept for the next one`;
    return { exitCode: EXIT.ours, type: stopped, message };
  }
  const type = (cause.name === 'ApplicationFailure' && (cause as ApplicationFailure).type) || cause.name;
  const message = oneLine(cause.message || type);
  if (type === 'InvalidInput') return { exitCode: EXIT.users, type, message };
  return { exitCode: EXIT.ours, type, message: `the run failed: ${type}: ${message}` };
}

/** The innermost named failure: below it, an activity's error appears once more as a bare `TemporalFailure`. */
function firstCause(error: Error): Error {
  const { cause } = error;
  return cause instanceof Error && cause.name !== 'TemporalFailure' ? firstCause(cause) : error;
}

const oneLine = (text: string) =>
  text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A signal that aborts at the first Ctrl-C or SIGTERM with advice on how to resume; the second exits. */
export function onInterruption(advice: () => string): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Interrupted(advice()));
  };
  for (const name of SIGNALS) process.on(name, stop);
  const release = () => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  return { signal: controller.signal, release };
}
