import { ApplicationFailure, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import {
  branchChangedSignal,
  progressQuery,
  retryClassUpdate,
  retrySignal,
  skipClassUpdate,
  skipSignal,
} from './messages.ts';
import type { RunBoard } from './run-board.ts';

/** Sets the handlers of a run: its query, the news of its branches, and what a person decides about one of them. */
export function answerRunMessages(board: RunBoard): void {
  const refuse = (problem: string | undefined) => {
    if (problem) throw ApplicationFailure.nonRetryable(problem, 'InvalidMessage');
  };
  setHandler(progressQuery, () => board.progress);
  setHandler(branchChangedSignal, (branch) => board.note(branch));
  setHandler(
    retryClassUpdate,
    async ({ class: name, change }) => {
      await branchHandle(board, name).signal(retrySignal, { change });
      return board.branch(name)!;
    },
    {
      description:
        'Try a waiting branch again: {"class": "…"}, optionally with "change": {"fineTune": {"batchSize": 4}}',
      validator: (message) => refuse(board.problemWith(message)),
    },
  );
  setHandler(
    skipClassUpdate,
    async ({ class: name, reason }) => {
      await branchHandle(board, name).signal(skipSignal, { reason });
      return board.branch(name)!;
    },
    {
      description:
        'Leave the class of a waiting branch as it is: {"class": "…"}, optionally with "reason": "…"',
      validator: (message) => refuse(board.problemWith(message)),
    },
  );
}

const branchHandle = (board: RunBoard, name: string) =>
  getExternalWorkflowHandle(board.branch(name)!.workflowId);
