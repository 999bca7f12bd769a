/** Selects the strategy of each prompt, and the training pairs for the strategies. */
import { sumBy } from '../../arithmetic/sums.ts';
import { createRandom, type Random } from '../../random/random.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import type { ClassProfile } from '../profiles.ts';
import { infill } from './infill.ts';
import { promptStrategy } from './prompt.ts';
import { type StrategyName, type StrategySettings, usedStrategies } from './shares.ts';
import { sketch } from './sketch.ts';
import type { ClassMaterial, Prompt, Strategy, TrainingPair } from './strategy.ts';

/** The strategy of this name. */
export function strategyOf(name: StrategyName, { keywordProbability }: StrategySettings): Strategy {
  return { prompt: promptStrategy(keywordProbability), sketch, infill }[name];
}

/**
 * Prompt number `index` of a class. It depends only on the material, the settings and the number, so that shards of any size,
 * run in any order, produce the same sequence.
 * @throws {InvalidInput} if the class has no material for such a prompt
 */
export function promptAt(
  material: ClassMaterial,
  settings: StrategySettings,
  index: number,
): Prompt & { strategy: StrategyName } {
  const { label } = material.profile;
  const random = (purpose: string) => createRandom(settings.seed, purpose, label, String(index));
  const strategy = chosenStrategy(settings.strategies, random('strategy'));
  return { strategy, ...strategyOf(strategy, settings).promptOf(material, random('prompt')) };
}

/** The training pairs of one window of a record, for each strategy with a share. */
export function pairsOf(
  text: string,
  profile: ClassProfile,
  settings: StrategySettings,
  random: Random,
): (TrainingPair & { strategy: StrategyName })[] {
  return usedStrategies(settings.strategies).flatMap((strategy) =>
    strategyOf(strategy, settings)
      .pairsOf(text, profile, random)
      .map((pair) => ({ strategy, ...pair })),
  );
}

function chosenStrategy(shares: GenerateSettings['strategies'], random: Random): StrategyName {
  const used = usedStrategies(shares);
  let left = random.next() * sumBy(used, (name) => shares[name]);
  for (const name of used) {
    left -= shares[name];
    if (left < 0) return name;
  }
  return used.at(-1)!;
}
