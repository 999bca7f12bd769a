import { getExternalWorkflowHandle, patched, setHandler } from '@temporalio/workflow';
import { refuse } from './failures.ts';
import {
  type BranchProgress,
  branchChangedSignal,
  progressQuery,
  retryClassUpdate,
  retrySignal,
  skipClassUpdate,
  skipSignal,
} from './messages.ts';
import type { RunBoard } from './run-board.ts';

const CHECKED_NOTIFICATIONS = 'news of branches are checked';

/** Sets the handlers of a run: its query, the notifications of its branches, and decisions about them. */
export function answerRunMessages(board: RunBoard): void {
  setHandler(progressQuery, () => board.progress);
  setHandler(branchChangedSignal, (notification: unknown) => {
    const problem = board.accept(notification);
    // Earlier versions accepted invalid notifications too.
    if (problem && !patched(CHECKED_NOTIFICATIONS)) board.note(notification as BranchProgress);
  });
  const branchOf = (name: string) => getExternalWorkflowHandle(board.branch(name)!.workflowId);
  setHandler(
    retryClassUpdate,
    async ({ class: name, change }) => {
      await branchOf(name).signal(retrySignal, { change });
      return board.branch(name)!;
    },
    {
      description:
        'Try a waiting branch again: {"class": "…"}, or with "change": {"fineTune": {"batchSize": 4}}',
      validator: (message: unknown) => refuse(board.problemWithRetry(message)),
    },
  );
  setHandler(
    skipClassUpdate,
    async ({ class: name, reason }) => {
      await branchOf(name).signal(skipSignal, { reason });
      return board.branch(name)!;
    },
    {
      description: 'Leave the class of a waiting branch as it is: {"class": "…"}, or with "reason": "…"',
      validator: (message: unknown) => refuse(board.problemWithSkip(message)),
    },
  );
}
