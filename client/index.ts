/** `counterpoise/client`. */
export type { BranchChange, BranchProgress } from '../workflows/messages.ts';
export type { RunResult } from '../workflows/result.ts';
export { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
export { cancelRun, resultOf, retryClass, skipClass, startRun } from './runs.ts';
