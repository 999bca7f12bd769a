/** Functions of the strategy shares alone. */
import type { GenerateSettings } from '../../settings/settings.ts';

type Shares = GenerateSettings['strategies'];
export type StrategyName = keyof Shares;
/** The settings that determine prompts and training pairs. */
export type StrategySettings = Pick<GenerateSettings, 'strategies' | 'keywordProbability' | 'seed'>;

const NAMES: readonly StrategyName[] = ['prompt', 'sketch', 'infill'];

/** The strategies with a share above 0. */
export const usedStrategies = (shares: Shares): StrategyName[] => NAMES.filter((name) => shares[name] > 0);

/** Whether prompts use real records. Shares are absent in runs that began before there were strategies. */
export const needsRecords = (shares: Shares | undefined): boolean =>
  shares !== undefined && shares.sketch + shares.infill > 0;

/** The generation settings that affect training; the others do not change the model. */
export const strategySettings = ({
  strategies,
  keywordProbability,
  seed,
}: GenerateSettings): StrategySettings => ({ strategies, keywordProbability, seed });
