import { setTimeout as pause } from 'node:timers/promises';
import type { RunResult } from '../../workflows/result.ts';
import type { Output } from '../output.ts';
import { resultOf } from '../runs.ts';
import type { Session } from '../session.ts';
import { drawBlock } from './block.ts';
import { createDisplay } from './display.ts';
import { changes } from './lines.ts';
import { observeRun, type RunView } from './observe.ts';

const POLL_MILLISECONDS = 1000;

/**
 * Shows a run until it ends.
 * @throws {WorkflowFailedError} when the run fails or is cancelled
 * @throws the signal's reason when watching is aborted; the run goes on
 */
export async function watchRun(session: Session, id: string, output: Output): Promise<RunResult> {
  const { client, signal } = session;
  const display = createDisplay(output, drawBlock, changes);
  try {
    let progress: RunView['progress'];
    for (;;) {
      const seen = await observeRun(session, id);
      // A worker too busy to answer in time changes nothing about the run.
      progress = seen.progress ?? progress;
      const view = { ...seen, progress };
      display.show(view);
      if (view.status !== 'RUNNING') break;
      await pause(POLL_MILLISECONDS, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    display.end();
  }
  return resultOf(client, id);
}
