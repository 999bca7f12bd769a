import type { WorkflowExecutionStatusName } from '@temporalio/client';
import type { StageProgress } from '../../lib/stages/stage.ts';
import type { RunProgress } from '../../workflows/messages.ts';

/** One activity that runs, waits for a worker, or waits for its next attempt. */
export interface ActivityView {
  id: string;
  /** Name of the activity: `prepare`, `fineTune`. */
  type: string;
  /** The class of the branch that it belongs to; none for an activity of the run itself. */
  class?: string;
  attempt: number;
  /** Whether a worker has it. */
  started: boolean;
  /** From its last heartbeat. */
  progress?: StageProgress;
  /** Why the attempt before failed. */
  lastFailure?: string;
}

/** A run at one moment: all that is shown of it. */
export interface RunView {
  workflowId: string;
  /** Flags with which a command that is pasted from here reaches the same server: ` --address host:7233`, or nothing. */
  reach: string;
  status: WorkflowExecutionStatusName;
  /** Missing until a worker has taken the run up. */
  progress?: RunProgress;
  activities: ActivityView[];
}
