/** Words for the parts of a run, on a terminal and in plain lines. */
import { printable, printableJson } from '../../lib/settings/printable.ts';
import type { StageProgress } from '../../lib/stages/stage.ts';
import type { BranchProgress, StageName, StageState } from '../../workflows/messages.ts';
import type { RunView } from './observe.ts';

export const STAGE_WORDS: Record<StageState, string> = {
  pending: 'to do',
  running: 'running',
  done: 'done',
  cached: 'done before',
  kept: 'kept from the previous run',
  failed: 'failed',
  'left out': 'left out',
};

/** The stages of a run in order; none before a worker has started it. */
export const stagesOf = (view: RunView): [StageName, StageState][] =>
  Object.entries(view.progress?.stages ?? {}) as [StageName, StageState][];

/** Whether the total is known. */
export const isCounted = (progress: StageProgress): progress is StageProgress & { total: number } =>
  progress.total !== undefined && progress.total > 0;

/** Share done, 0 to 1. */
export const shareDone = (progress: StageProgress): number =>
  isCounted(progress) ? Math.min(1, progress.done / progress.total) : 0;

/** `fine-tune 40 of 120 steps, loss 3.214`. */
export function describeActivity(progress: StageProgress): string {
  const { phase, done, total, unit, figures = {} } = progress;
  const amountOf = (count: number) => (unit === 'bytes' ? megabytes(count) : count.toLocaleString('en'));
  const amount = total ? `${amountOf(done)} of ${amountOf(total)}` : amountOf(done);
  const counted = unit === 'bytes' ? amount : `${amount} ${unit}`;
  return [
    `${phase} ${counted}`,
    ...Object.entries(figures).map(([name, value]) => `${name} ${rounded(value)}`),
  ].join(', ');
}

/** `12.3 MB`. */
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const rounded = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** The commands for a waiting branch, if it is waiting. */
export function branchAdvice(view: RunView, branch: BranchProgress): string[] {
  if (branch.state !== 'waiting' || view.status !== 'RUNNING') return [];
  const change = branch.reason?.startsWith('TrainingDiverged')
    ? 'fineTune.learningRate=0.0001'
    : 'fineTune.batchSize=4';
  const target = `${view.workflowId} --class ${quoted(branch.class)}${view.reach}`;
  return [
    `  try again:  npx counterpoise retry ${target}    (with --set ${change} to change a setting)`,
    `  leave out:  npx counterpoise skip ${target}`,
  ];
}

/** A name quoted for a shell; unsafe characters are escaped as in bash and zsh. */
function quoted(name: string): string {
  if (/^[\w.:/-]+$/.test(name)) return name;
  if (printable(name) === name && !/[\r\n]/.test(name)) return `'${name.replaceAll("'", "'\\''")}'`;
  return `$${printableJson(name).replaceAll("'", "\\'").replace(/^"|"$/g, "'")}`;
}
