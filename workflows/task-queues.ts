/** Workflows and light activities. */
export const TASK_QUEUE = 'counterpoise';
/** Model work: few slots, heavy processes. Machines with much memory or a GPU poll this one. */
export const MODEL_TASK_QUEUE = 'counterpoise-model';

/** What a server with fair queues shares its workers by: each run gets its turn. Temporal takes 64 bytes of a key. */
export const fairnessOf = (runId: string): { fairnessKey: string } => ({ fairnessKey: runId.slice(-64) });
