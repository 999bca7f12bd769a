import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readPages } from '../corpus/formats.ts';
import { parseGroup } from '../settings/parse.ts';
import type { TrainingSettings } from '../settings/settings.ts';
import { fineTuneModel } from '../t5/fine-tune.ts';
import type { ModelFiles } from './model-files.ts';
import type { Stage, StageContext } from './stage.ts';
import { recordTraining, type TrainingOutcome, textsOf, trainingProgress } from './training.ts';

export interface FineTuneParameters {
  class: string;
  model: ModelFiles;
  /** Training pages of the class. */
  texts: ArtifactReference;
  settings: TrainingSettings;
}

/** Fine-tunes the model on one class. Files: the checkpoint under `model/`, and `losses.json`. */
export const fineTune: Stage<FineTuneParameters, TrainingOutcome> = {
  name: 'fineTune',
  version: 2,
  run: async (parameters, context) => ({ summary: await tune(parameters, context, 'fineTune') }),
};

/** The work that `fineTune` and `adapt` share: from a model and pages to a model. */
export async function tune(
  { model, texts, settings }: Omit<FineTuneParameters, 'class'>,
  context: StageContext,
  group: 'fineTune' | 'adapt',
): Promise<TrainingOutcome> {
  const log = await fineTuneModel({
    modelFolder: await context.openFolder(model),
    texts: textsOf(readPages(await context.open(texts))),
    settings: parseGroup(group, settings),
    out: join(context.out, 'model'),
    checkpointFolder: context.scratch,
    signal: context.signal,
    onStep: trainingProgress(context, group === 'adapt' ? 'adapt' : 'fine-tune'),
  });
  return recordTraining(context, log);
}
