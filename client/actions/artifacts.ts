import { sumBy } from '../../lib/arithmetic/sums.ts';
import { openStore } from '../../lib/artifacts/open-store.ts';
import { type PrunePlan, planPrune, prune } from '../../lib/runs/prune.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { megabytes } from '../watching/words.ts';

interface PruneFlags {
  keepRuns: number;
  unfinishedDays: number;
  store?: string;
  home?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** Removes artifacts that recent runs do not need, and lists them. */
export async function pruneArtifacts(flags: PruneFlags): Promise<void> {
  const output = createOutput(flags.json);
  const store = await openStore(flags.store ?? homeFolder(flags.home).store);
  const { keepRuns, unfinishedDays, dryRun = false } = flags;
  const plan = await planPrune(store, { keepRuns, unfinishedDays, now: new Date() });
  if (!dryRun) await prune(store, plan);
  const { artifacts, kept, keptRuns, droppedRuns } = plan;
  output.result({ removed: !dryRun, artifacts, kept, keptRuns, droppedRuns }, describePlan(plan, dryRun));
}

function describePlan({ keptRuns, artifacts, kept }: PrunePlan, dryRun: boolean): string {
  const bytes = sumBy(artifacts, (each) => each.bytes);
  return [
    `Kept: ${kept.artifacts} artifacts, ${megabytes(kept.bytes)}, of ${keptRuns.length} runs`,
    ...keptRuns.map(
      ({ runId, dataset, startedAt, finishedAt }) =>
        `  ${runId} of ${dataset}, ${finishedAt ? `finished ${finishedAt.slice(0, 10)}` : `started ${startedAt.slice(0, 10)}, not finished`}`,
    ),
    `${dryRun ? 'Would be removed' : 'Removed'}: ${artifacts.length} artifacts, ${megabytes(bytes)}`,
  ].join('\n');
}
