import { setTimeout as pause } from 'node:timers/promises';
import { runPage } from '../connection.ts';
import { describeOutcome } from '../outcome.ts';
import type { Output } from '../output.ts';
import { resultOf } from '../runs.ts';
import type { Session } from '../session.ts';
import { drawBlock } from './block.ts';
import { createDisplay } from './display.ts';
import { changes } from './lines.ts';
import { observeRun, type RunView } from './observe.ts';

const POLL_MILLISECONDS = 1000;

/** Watches a run until it ends and returns its result. @throws {WorkflowFailedError} if the run fails or is cancelled */
export async function watchUntilDone(session: Session, id: string, output: Output): Promise<void> {
  const { client, signal } = session;
  session.about(id);
  const page = runPage(session, id);
  output.say(page ? `${id}  ${page}` : id);
  const display = createDisplay(output, drawBlock, changes);
  try {
    let progress: RunView['progress'];
    for (;;) {
      const seen = await observeRun(session, id);
      // A worker too busy to respond in time does not affect the run.
      progress = seen.progress ?? progress;
      display.show({ ...seen, progress });
      if (seen.status !== 'RUNNING') break;
      await pause(POLL_MILLISECONDS, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    display.end();
  }
  const result = await resultOf(client, id);
  output.result(result, describeOutcome(result, session.pageAfterExit(id)));
}
