import type { Command } from 'commander';
import { openStore } from '../../lib/artifacts/open-store.ts';
import { type KnownRun, type PrunePlan, planPrune, prune } from '../../lib/runs/prune.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { wholeNumber } from './flags.ts';

interface PruneFlags {
  keepRuns: number;
  unfinishedDays: number;
  store?: string;
  home?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `artifacts prune`. */
export function addArtifactsCommand(program: Command): void {
  program
    .command('artifacts')
    .description('what finished stages left in the artifact store')
    .command('prune')
    .description('remove what none of the last runs of any dataset needs, nor one that has not finished')
    .requiredOption('--keep-runs <n>', 'finished runs to keep of each dataset', wholeNumber(1))
    .option(
      '--unfinished-days <n>',
      'days after which a run that started and never finished counts as lost',
      wholeNumber(1),
      60,
    )
    .option('--dry-run', 'say what would go, and remove nothing')
    .option(
      '--store <folder>',
      'the artifact store: a folder, or s3://bucket/prefix (default <home>/artifacts)',
    )
    .option('--home <folder>', 'where runs leave their files (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--json', 'print the outcome as one line of JSON')
    .action(pruneArtifacts);
}

async function pruneArtifacts(flags: PruneFlags): Promise<void> {
  const output = createOutput(flags.json);
  const store = await openStore(flags.store ?? homeFolder(flags.home).store);
  const { keepRuns, unfinishedDays, dryRun = false } = flags;
  const plan = await planPrune(store, { keepRuns, unfinishedDays, now: new Date() });
  if (!dryRun) await prune(store, plan);
  const { artifacts, kept, keptRuns, droppedRuns } = plan;
  output.result({ removed: !dryRun, artifacts, kept, keptRuns, droppedRuns }, describePlan(plan, dryRun));
}

function describePlan({ keptRuns, artifacts, kept }: PrunePlan, dryRun: boolean): string {
  const bytes = artifacts.reduce((sum, each) => sum + each.bytes, 0);
  const stages = [...new Set(artifacts.map(({ stage }) => stage))].map((stage) => {
    const mine = artifacts.filter((artifact) => artifact.stage === stage);
    return `  ${stage}: ${mine.length}, ${megabytes(mine.reduce((sum, each) => sum + each.bytes, 0))}`;
  });
  return [
    `Kept: ${kept.artifacts} artifacts, ${megabytes(kept.bytes)}, of ${keptRuns.length} runs`,
    ...keptRuns.map((run) => `  ${run.runId} of ${run.dataset}, ${endOf(run)}`),
    `${dryRun ? 'Would be removed' : 'Removed'}: ${artifacts.length} artifacts, ${megabytes(bytes)}`,
    ...stages,
  ].join('\n');
}

const endOf = ({ finishedAt, startedAt }: KnownRun) =>
  finishedAt ? `finished ${finishedAt.slice(0, 10)}` : `started ${startedAt.slice(0, 10)}, not finished`;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
