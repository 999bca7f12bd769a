import { increase } from '../arithmetic/counts.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { buildProfiles } from '../balancing/profiles.ts';
import type { StrategySettings } from '../balancing/strategies/shares.ts';
import { readPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { parseGroup } from '../settings/parse.ts';
import type { AdaptSettings } from '../settings/settings.ts';
import { fineTuneOnStrategies, fineTuneOnTexts } from './fine-tune.ts';
import type { ModelFiles } from './model-files.ts';
import { type TrainingStage, trainingSteps } from './training.ts';

export interface AdaptParameters {
  model: ModelFiles;
  /** Training pages of every class. */
  texts: ArtifactReference;
  settings: AdaptSettings;
  /** What the model is taught with the objective `strategies`. */
  strategies?: StrategySettings | undefined;
}

/**
 * Goes on with the training of a T5 on all training text: its own pre-training task, or what the branches will be
 * taught, of all classes. Files: the checkpoint under `model/`, and `losses.json`.
 */
export const adapt: TrainingStage<AdaptParameters> = {
  name: 'adapt',
  version: 2,
  work(parameters, { sizes, examplesPerText }) {
    const { strategies, settings } = parameters;
    const most = (strategies && settings.recordsPerClass) ?? Number.POSITIVE_INFINITY;
    return trainingSteps(parameters, { sizes: sizes.map((size) => Math.min(size, most)), examplesPerText });
  },
  async run({ model, texts, settings: given, strategies }, context) {
    const settings = parseGroup('adapt', given);
    if (settings.objective !== 'strategies' || !strategies)
      return { summary: await fineTuneOnTexts({ model, texts, settings }, context, 'adapt') };
    const pages = await firstOfEachClass(await context.open(texts), settings.recordsPerClass);
    const labels = [...new Set(pages.map(({ label }) => label))];
    const profiles = new Map(
      buildProfiles(pages, { labels, seed: settings.seed }).map((profile) => [profile.label, profile]),
    );
    const training = { model, pages, profiles, strategies, settings, redrawEachEpoch: true };
    return { summary: await fineTuneOnStrategies(training, context, 'adapt') };
  },
};

/** @param most pages of a class; null for all */
async function firstOfEachClass(path: string, most: number | null): Promise<Page[]> {
  const counts = new Map<string, number>();
  const pages: Page[] = [];
  for await (const page of readPages(path)) {
    increase(counts, page.label);
    if (most === null || counts.get(page.label)! <= most) pages.push(page);
  }
  return pages;
}
