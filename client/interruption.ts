import { EXIT, Interrupted } from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A signal that aborts at the first Ctrl-C or SIGTERM. The second one ends the process where it stands. */
export interface Interruption {
  signal: AbortSignal;
  /** Gives the process its usual behaviour back. */
  release(): void;
}

/** @param advice what is said to a person who stopped the command: how to go on */
export function onInterruption(advice: () => string): Interruption {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Interrupted(advice()));
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
