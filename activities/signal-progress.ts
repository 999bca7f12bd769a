import { Context } from '@temporalio/activity';
import type { StageProgress } from '../lib/stages/stage.ts';

/** Of the whole work; each message costs the branch's history some events. */
const PART = 0.25;

/**
 * An observer that signals to the workflow of the current activity how far it is, each time another quarter is done: by the
 * signal `workProgress` of workflows/messages.ts.
 */
export function signalProgress(): (progress: StageProgress) => void {
  const { client, info } = Context.current();
  let sent = 0;
  return (progress) => {
    const part = Math.floor(progress.done / (progress.total ?? Number.POSITIVE_INFINITY) / PART);
    if (part <= sent || progress.done === progress.total) return;
    sent = part;
    const { workflowId, runId } = info.workflowExecution!;
    const signalled = client.workflow.getHandle(workflowId, runId).signal('workProgress', progress);
    // If one is lost, the next one and the heartbeat still arrive.
    signalled.catch(() => {});
  };
}
