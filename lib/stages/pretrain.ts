import type { ArtifactReference } from '../artifacts/reference.ts';
import { readAllPages } from '../corpus/formats.ts';
import type { ScratchModelSettings } from '../settings/settings.ts';
import { pretrainModel } from '../t5/training/train-model.ts';
import { recordTraining, type TrainingStage, trainingOptions, trainingSteps } from './training.ts';

export interface PretrainParameters {
  /** Training pages of every class. */
  texts: ArtifactReference;
  settings: ScratchModelSettings;
}

/** Trains tokenizer and weights on the corpus. Files: the checkpoint under `model/`, and `losses.json`. */
export const pretrain: TrainingStage<PretrainParameters> = {
  name: 'pretrain',
  version: 2,
  work: trainingSteps,
  async run({ texts, settings }, context) {
    const pages = await readAllPages(await context.open(texts));
    const log = await pretrainModel({
      texts: pages.map(({ text }) => text),
      settings,
      ...trainingOptions(context, 'train from random weights'),
    });
    return { summary: await recordTraining(context, log) };
  },
};
