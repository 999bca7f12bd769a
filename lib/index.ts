/** `counterpoise`: what can be used without Temporal. */

export { type AllowedPlaces, AllowList } from './artifacts/allow-list.ts';
export { openStore } from './artifacts/open-store.ts';
export type { ArtifactReference } from './artifacts/reference.ts';
export type { ArtifactStore } from './artifacts/store.ts';
export type { ClassProfile } from './balancing/profiles.ts';
export { pairsOf, promptAt, strategyOf } from './balancing/strategies/choice.ts';
export type { StrategyName, StrategySettings } from './balancing/strategies/shares.ts';
export { strategySettings } from './balancing/strategies/shares.ts';
export type {
  ClassMaterial,
  ModelAnswer,
  Prompt,
  Strategy,
  TrainingPair,
  Window,
} from './balancing/strategies/strategy.ts';
export type { Page } from './corpus/page.ts';
export type {
  Classifier,
  ClassifierTrainingOptions,
  Effort,
  PredictionOptions,
  PreparedRecords,
  TrainedClassifier,
} from './evaluation/classifier.ts';
export { compareFiles, type FileComparison, type FileComparisonResult } from './evaluation/compare-files.ts';
export { evaluateMethod } from './evaluation/evaluate-method.ts';
export type {
  EvaluatedMethod,
  EvaluationResult,
  MethodEvaluation,
  MethodPredictions,
  MethodResult,
  MethodSettings,
} from './evaluation/methods.ts';
export { recordsOfLargestMethod } from './evaluation/protocols.ts';
export { createRandom, type Random } from './random/random.ts';
export { InvalidInput } from './settings/invalid-input.ts';
export { METHODS, type Method } from './settings/method-table.ts';
export { parseSettings } from './settings/parse.ts';
export { type PrepareSettings, prepareSettings } from './settings/prepare-settings.ts';
export type { RunInput, RunSettings } from './settings/settings.ts';
export { adapt } from './stages/adapt.ts';
export { audit } from './stages/audit.ts';
export { compare } from './stages/compare.ts';
export { compareRuns } from './stages/compare-runs.ts';
export { compareTexts } from './stages/compare-texts.ts';
export { evaluate } from './stages/evaluate.ts';
export { filter } from './stages/filter.ts';
export { fineTune } from './stages/fine-tune.ts';
export { generate } from './stages/generate.ts';
export { merge } from './stages/merge.ts';
export { type ModelFiles, modelOf } from './stages/model-files.ts';
export type { RareClass } from './stages/parameters.ts';
export { prepare } from './stages/prepare.ts';
export { pretrain } from './stages/pretrain.ts';
export { readLabels } from './stages/read-labels.ts';
export { report } from './stages/report.ts';
export { findStage, runStage } from './stages/run-stage.ts';
export type {
  PlannableStage,
  Stage,
  StageContext,
  StageOutcome,
  StageProgress,
  StageResult,
} from './stages/stage.ts';
