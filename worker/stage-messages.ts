import type { AllowedPlaces } from '../lib/artifacts/roots.ts';
import type { StageProgress, StageResult } from '../lib/stages/stage.ts';

/** What the worker tells a stage process. */
export type ToStageProcess =
  | { kind: 'run'; stage: string; parameters: unknown; store: string; places: AllowedPlaces }
  | { kind: 'abort' };

/** What a stage process tells the worker. */
export type FromStageProcess =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'result'; result: StageResult<unknown> }
  | { kind: 'error'; name: string; message: string; stack?: string; retryable?: boolean };
