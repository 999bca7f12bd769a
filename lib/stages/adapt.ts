import type { ArtifactReference } from '../artifacts/reference.ts';
import type { TrainingSettings } from '../settings/settings.ts';
import { tune } from './fine-tune.ts';
import type { ModelFiles } from './model-files.ts';
import type { Stage } from './stage.ts';
import type { TrainingOutcome } from './training.ts';

export interface AdaptParameters {
  model: ModelFiles;
  /** Training pages of every class. */
  texts: ArtifactReference;
  settings: TrainingSettings;
}

/** Continues T5's own pre-training on all training text. Files: the checkpoint under `model/`, and `losses.json`. */
export const adapt: Stage<AdaptParameters, TrainingOutcome> = {
  name: 'adapt',
  version: 2,
  run: async (parameters, context) => ({ summary: await tune(parameters, context, 'adapt') }),
};
