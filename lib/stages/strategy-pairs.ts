import type { ClassProfile } from '../balancing/profiles.ts';
import { pairsOf } from '../balancing/strategies/choice.ts';
import type { StrategyName, StrategySettings } from '../balancing/strategies/shares.ts';
import type { TrainingPair } from '../balancing/strategies/strategy.ts';
import { windowsOf, windowTokens } from '../balancing/strategies/windows.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import type { TrainingSettings } from '../settings/settings.ts';
import type { Tokenizer } from '../t5/tokenizer/tokenizer.ts';

export type StrategyPair = TrainingPair & { strategy: StrategyName };

/**
 * The training pairs of the objective `strategies`, from every window of every record.
 * @param profiles of the records' classes
 * @param draws how often the pairs of all windows are drawn
 * @returns the pairs of each draw
 */
export function strategyPairs(
  pages: readonly Page[],
  profiles: ReadonlyMap<string, ClassProfile>,
  strategies: StrategySettings,
  settings: Pick<TrainingSettings, 'seed' | 'maxInputTokens' | 'maxTargetTokens'>,
  tokenizer: Tokenizer,
  draws: number,
): StrategyPair[][] {
  const { seed } = settings;
  const most = windowTokens(settings.maxInputTokens, settings.maxTargetTokens);
  const windows = pages.flatMap(({ id, label, text }) =>
    windowsOf(text, most, (part) => tokenizer.encode(part).length).map((window, number) => ({
      window,
      label,
      name: `${id} ${number}`,
    })),
  );
  return Array.from({ length: draws }, (_, draw) =>
    windows.flatMap(({ window, label, name }) =>
      pairsOf(window, profiles.get(label)!, strategies, createRandom(seed, 'pairs', String(draw), name)),
    ),
  );
}
