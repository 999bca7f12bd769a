/** The two presets side by side: what each would take here. */
import { sumBy } from '../lib/arithmetic/sums.ts';
import type { Plan } from './make-plan.ts';
import { roundedDuration } from './plan-words.ts';

/** What a plan comes to. */
export interface PlanOutline {
  /** Seconds of what is left to do. */
  seconds: number;
  /** Bytes of a worker's model processes together. */
  memory: number;
  frequent: number;
  rare: number;
  /** To generate. */
  records: number;
}

/** The figures of a plan that presets are compared by. */
export function outlineOf({ estimate, survey, work }: Plan): PlanOutline {
  const rare = survey.classes.filter(({ kind }) => kind === 'rare').length;
  return {
    seconds: estimate.total,
    memory: estimate.memory,
    frequent: survey.classes.length - rare,
    rare,
    records: sumBy(work.branches, ({ wanted }) => wanted),
  };
}

/** A line for each preset; of one that these classes do not suit, why. */
export function describePresets(presets: Record<string, PlanOutline | { problem: string }>): string {
  const width = Math.max(...Object.keys(presets).map((name) => name.length));
  const lines = Object.entries(presets).map(([name, outline]) => {
    const words =
      'problem' in outline
        ? outline.problem
        : `about ${roundedDuration(outline.seconds)}, ${outline.frequent} frequent and ${outline.rare} rare classes, ${outline.records.toLocaleString('en')} records to generate, ${(outline.memory / 2 ** 30).toFixed(1)} GiB`;
    return `  ${name.padEnd(width)}  ${words}`;
  });
  return ['Presets (--preset):', ...lines].join('\n');
}
