import type { ArtifactReference } from '../artifacts/reference.ts';
import { readPages } from '../corpus/formats.ts';
import type { ScratchModelSettings } from '../settings/settings.ts';
import { pretrainModel } from '../t5/training/train-model.ts';
import type { Stage } from './stage.ts';
import { recordTraining, type TrainingOutcome, textsOf, trainingOptions } from './training.ts';

export interface PretrainParameters {
  /** Training pages of every class. */
  texts: ArtifactReference;
  settings: ScratchModelSettings;
}

/** Trains tokenizer and weights on the corpus. Files: the checkpoint under `model/`, and `losses.json`. */
export const pretrain: Stage<PretrainParameters, TrainingOutcome> = {
  name: 'pretrain',
  version: 2,
  async run({ texts, settings }, context) {
    const pages: string[] = [];
    for await (const text of textsOf(readPages(await context.open(texts)))) pages.push(text);
    const log = await pretrainModel({
      texts: pages,
      settings,
      ...trainingOptions(context, 'train from random weights'),
    });
    return { summary: await recordTraining(context, log) };
  },
};
