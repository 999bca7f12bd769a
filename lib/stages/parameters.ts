/**
 * What the stages of a run are called with, once for those who call them, the workflows, and for `plan`, which asks them
 * how much they would do. Pure, because workflows are replayed.
 */
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { Shard } from '../balancing/shards.ts';
import { needsRecords, strategySettings } from '../balancing/strategies/shares.ts';
import { missingRecords } from '../balancing/target.ts';
import type { SourceReference } from '../corpus/import-sources.ts';
import { recordsOfLargestMethod } from '../evaluation/protocols.ts';
import { prepareSettings } from '../settings/prepare-settings.ts';
import type {
  AdaptSettings,
  GenerateSettings,
  RunSettings,
  ScratchModelSettings,
} from '../settings/settings.ts';
import type { AdaptParameters } from './adapt.ts';
import type { ChooseAmountParameters } from './choose-amount.ts';
import type { EvaluateParameters } from './evaluate.ts';
import type { FineTuneParameters } from './fine-tune.ts';
import type { GenerateParameters } from './generate.ts';
import type { ModelFiles } from './model-files.ts';
import type { PreparedClass, PrepareParameters, PrepareSummary } from './prepare.ts';
import type { PretrainParameters } from './pretrain.ts';
import type { StageResult } from './stage.ts';

/** What the stage `prepare` gave. */
export type Corpus = Pick<StageResult<PrepareSummary>, 'files' | 'summary'>;

/** A rare class: its training pages, and its keywords and sentences. */
export interface RareClass {
  class: string;
  texts: ArtifactReference;
  profile: ArtifactReference;
}

/** Generated records of a class. */
type Kept = { class: string; kept: ArtifactReference };

/** The training records that models may read: all but those held back for validation. */
export const pagesForModels = (files: Corpus['files']): ArtifactReference =>
  files['learn.jsonl'] ?? files['train.jsonl']!;

/** A class of the kind `rare`, with its files. */
export const rareClass = ({ files }: Corpus, { name, texts, profile }: PreparedClass): RareClass => ({
  class: name,
  texts: files[texts!]!,
  profile: files[profile!]!,
});

/** How many records are generated of a class; none where it is not rare. */
export function recordsWanted(
  { target }: GenerateSettings,
  { summary: { classes } }: Corpus,
  { kind, train }: PreparedClass,
): number {
  if (kind !== 'rare') return 0;
  const sizes = classes.map((each) => each.train);
  return missingRecords(target, train, sizes);
}

/** For the corpus of a run. */
export const prepareParameters = (sources: SourceReference[], settings: RunSettings): PrepareParameters => ({
  sources,
  ...prepareSettings(settings),
});

/** For the T5 that is trained on the corpus from random weights. */
export const pretrainParameters = (
  { files }: Corpus,
  settings: ScratchModelSettings,
): PretrainParameters => ({ texts: pagesForModels(files), settings });

/** For the T5 that every branch starts from, where it is adapted. */
export const adaptParameters = (
  model: ModelFiles,
  { files }: Corpus,
  settings: AdaptSettings,
  generate: GenerateSettings,
): AdaptParameters => ({
  model,
  texts: pagesForModels(files),
  settings,
  ...(settings.objective === 'strategies' && { strategies: strategySettings(generate) }),
});

/** For the T5 of a rare class. @param model the one that it starts from */
export const fineTuneParameters = (
  { class: name, texts, profile }: RareClass,
  model: ModelFiles,
  { fineTune, generate }: Pick<RunSettings, 'fineTune' | 'generate'>,
): FineTuneParameters => ({
  class: name,
  model,
  texts,
  settings: fineTune,
  ...(fineTune.objective === 'strategies' && {
    taught: { profile, strategies: strategySettings(generate) },
  }),
});

/** For a shard of generated records. @param model that of the class */
export const generateParameters = (
  { class: name, texts, profile }: RareClass,
  model: ModelFiles,
  settings: GenerateSettings,
  shard: Shard,
): GenerateParameters => ({
  class: name,
  model,
  profile,
  settings,
  ...(needsRecords(settings.strategies) && { texts }),
  ...shard,
});

/** For one method. @param kept generated records; none for a method without them */
export function evaluateParameters(
  method: EvaluateParameters['method'],
  corpus: Corpus,
  { classifier, generate, evaluation: { methods: _, ...evaluation } }: RunSettings,
  kept: readonly Kept[],
): EvaluateParameters {
  const { files, summary } = corpus;
  return {
    method,
    train: files['train.jsonl']!,
    test: files['test.jsonl']!,
    generated: kept.map((branch) => branch.kept),
    largest: recordsOfLargestMethod(
      summary.classes.map((each) => each.train + recordsWanted(generate, corpus, each)),
    ),
    classifier,
    evaluation,
  };
}

/** For the amount of generated records that is used; undefined where the settings choose none. */
export function chooseAmountParameters(
  { files, summary }: Corpus,
  { classifier, evaluation: { methods: _, ...evaluation } }: RunSettings,
  kept: readonly Kept[],
): ChooseAmountParameters | undefined {
  const { 'learn.jsonl': learn, 'validation.jsonl': validation } = files;
  if (!learn || !validation) return undefined;
  const branches = kept.map((branch) => ({
    ...branch,
    train: summary.classes.find(({ name }) => name === branch.class)!.train,
  }));
  return { learn, validation, branches, classifier, evaluation };
}
