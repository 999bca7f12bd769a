/** Workflows and light activities. */
export const TASK_QUEUE = 'counterpoise';
/** Model work: few slots, heavy processes. Machines with much memory or a GPU poll this one. */
export const MODEL_TASK_QUEUE = 'counterpoise-model';
