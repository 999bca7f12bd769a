/** Workflows and light activities. */
export const TASK_QUEUE = 'counterpoise';
/** Model work: few slots, heavy processes. Machines with large memory or a GPU poll this one. */
export const MODEL_TASK_QUEUE = 'counterpoise-model';

/** The fairness key of a run, by which a server divides its workers. Temporal allows 64 bytes. */
export const fairnessOf = (runId: string): { fairnessKey: string } => ({ fairnessKey: runId.slice(-64) });
