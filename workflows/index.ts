/** `counterpoise/workflows`, and the bundle of Counterpoise's workers: each function is a workflow type. */
export { type BranchInput, balanceClass } from './balance-class.ts';
export { balanceDataset } from './balance-dataset.ts';
export {
  type BranchChange,
  type BranchProgress,
  type BranchResult,
  type BranchSettings,
  branchChangedSignal,
  branchProgressQuery,
  type ClassRetry,
  type ClassSkip,
  progressQuery,
  type RunProgress,
  retryClassUpdate,
  retrySignal,
  retryUpdate,
  skipClassUpdate,
  skipSignal,
  skipUpdate,
} from './messages.ts';
export type { ClassResult, RunResult } from './result.ts';
export { MODEL_TASK_QUEUE, TASK_QUEUE } from './task-queues.ts';
