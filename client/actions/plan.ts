import { openStore } from '../../lib/artifacts/open-store.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { PRESET_NAMES } from '../../lib/settings/settings.ts';
import type { StageProgress } from '../../lib/stages/stage.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { describePlan, describePresets, outlineOf } from '../plan-words.ts';
import { type InputFlags, readRunInput } from '../run-input.ts';
import { withProgress } from '../watching/progress-line.ts';

interface PlanFlags extends InputFlags {
  workers?: number;
  modelSlots?: number;
  store?: string;
  home?: string;
  json?: boolean;
}

/** Plans a run and prints the plan; starts no run. */
export async function planRun(flags: PlanFlags): Promise<void> {
  const output = createOutput(flags.json);
  const input = readRunInput(flags);
  const store = await openStore(flags.store ?? homeFolder(flags.home).store);
  const { workers = 1, modelSlots } = flags;
  const { makePlan } = await import('../make-plan.ts');
  const chosen = input.preset ?? 'paper';
  const other = PRESET_NAMES.find((name) => name !== chosen)!;
  const advice = 'stopped; no run was started';
  const { plan, theirs } = await withProgress(output, advice, async ({ show, signal }) => {
    const options = { workers, modelSlots, signal, onProgress: show };
    const plan = await makePlan(input, store, options);
    const showOther = (progress: StageProgress) =>
      show({ ...progress, phase: `preset ${other}: ${progress.phase}` });
    const otherOptions = { ...options, onProgress: showOther };
    const theirs = await makePlan({ ...input, preset: other }, store, otherOptions).then(
      outlineOf,
      (error: Error) => {
        if (error instanceof InvalidInput) return { problem: error.message };
        throw error;
      },
    );
    return { plan, theirs };
  });
  const presets = { [chosen]: outlineOf(plan), [other]: theirs };
  output.result({ ...plan, presets }, `${describePlan(plan)}\n${describePresets(presets)}`);
}
