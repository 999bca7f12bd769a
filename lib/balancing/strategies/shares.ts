/** What follows from the shares of the strategies alone. */
import type { GenerateSettings } from '../../settings/settings.ts';

type Shares = GenerateSettings['strategies'];
export type StrategyName = keyof Shares;
/** The settings that prompts, and what a model is taught for them, follow from. */
export type StrategySettings = Pick<GenerateSettings, 'strategies' | 'keywordProbability' | 'seed'>;

const NAMES: readonly StrategyName[] = ['prompt', 'sketch', 'infill'];

/** The names of the strategies that have a share. */
export const usedStrategies = (shares: Shares): StrategyName[] => NAMES.filter((name) => shares[name] > 0);

/** Whether prompts are made of real records. Shares are absent in runs that began before there were strategies. */
export const needsRecords = (shares: Shares | undefined): boolean =>
  shares !== undefined && shares.sketch + shares.infill > 0;

/** The part of a generation's settings that a model is taught by; nothing else of them makes it another model. */
export const strategySettings = ({
  strategies,
  keywordProbability,
  seed,
}: GenerateSettings): StrategySettings => ({ strategies, keywordProbability, seed });
