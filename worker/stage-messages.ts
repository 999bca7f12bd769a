import type { AllowedPlaces } from '../lib/artifacts/allow-list.ts';
import type { StageProgress, StageResult } from '../lib/stages/stage.ts';

/** Messages of the worker to a stage process. */
export type ToStageProcess =
  | { kind: 'run'; stage: string; parameters: unknown; store: string; places: AllowedPlaces }
  | { kind: 'abort' };

/** Messages of a stage process to the worker. */
export type FromStageProcess =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'result'; result: StageResult<unknown> }
  | { kind: 'error'; name: string; message: string; stack?: string; retryable?: boolean };
