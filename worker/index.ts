/** `counterpoise/worker`. */
export { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
export { counterpoisePlugin, type PluginSettings } from './plugin.ts';
export { type StageProcessSettings, stageProcessRunner } from './run-in-process.ts';
