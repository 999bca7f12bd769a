/** `counterpoise/activities`. */
export { type Activities, type ActivityOptions, createActivities } from './activities.ts';
export type { StageRunner } from './stage-activity.ts';
