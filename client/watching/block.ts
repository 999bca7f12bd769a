import { sumBy } from '../../lib/arithmetic/sums.ts';
import { cut } from '../../lib/settings/printable.ts';
import type { StageProgress } from '../../lib/stages/stage.ts';
import type { BranchProgress, StageState } from '../../workflows/messages.ts';
import type { ActivityView, RunView } from './observe.ts';
import { branchAdvice, describeActivity, isCounted, shareDone, stagesOf } from './words.ts';

const BAR_WIDTH = 20;
const MARKS: Record<StageState, string> = {
  pending: '·',
  running: '▸',
  done: '✓',
  cached: '✓',
  kept: '✓',
  failed: '✗',
  'left out': '-',
};

/** Draws a run with rows cut to `width`, except waiting branches and the commands to paste. */
export function drawBlock(view: RunView, width: number): string {
  if (!view.progress)
    return cutLine(`${view.workflowId}: waits for a worker (npx counterpoise worker)`, width);
  const { classes } = view.progress;
  const nameWidth = Math.min(24, Math.max(0, ...classes.map((branch) => branch.class.length)));
  const lines = [
    stagesOf(view)
      .map(([stage, state]) => `${MARKS[state]} ${stage}`)
      .join('  '),
    ...view.activities.filter((activity) => activity.class === undefined).map(drawActivity),
    ...classes.map((branch) => drawBranch(branch, view.activities, nameWidth)),
  ].map((line) => cutLine(line, width));
  const waiting = classes.filter(({ state }) => state === 'waiting');
  const calls = waiting.flatMap((branch) => [
    oneLine(`${branch.class} waits for you: ${branch.reason ?? 'it failed'}`),
    ...branchAdvice(view, branch),
  ]);
  return [...lines, ...calls].join('\n');
}

/** Draws the progress of one piece of work as one line. */
export const drawProgress = (progress: StageProgress, width: number): string =>
  cutLine(`${isCounted(progress) ? `${bar(shareDone(progress))} ` : ''}${describeActivity(progress)}`, width);

function drawActivity(activity: ActivityView): string {
  const state = activity.progress
    ? `${bar(shareDone(activity.progress))} ${describeActivity(activity.progress)}`
    : activity.started
      ? 'running'
      : 'waits for a free worker';
  return `  ${activity.type}: ${state}${attemptOf(activity)}`;
}

function drawBranch(branch: BranchProgress, activities: readonly ActivityView[], nameWidth: number): string {
  const mine = activities.filter((activity) => activity.class === branch.class);
  const busy = mine.filter((activity) => activity.progress && isCounted(activity.progress));
  const name = cutLine(branch.class, nameWidth).padEnd(nameWidth);
  const row = (share: number, words: string) => `  ${name}  ${bar(share)}  ${words}`;
  const kept = `${branch.kept} of ${branch.wanted} records`;
  if (branch.state === 'waiting') return row(0, 'waits for you');
  if (branch.state === 'balanced') return row(1, `balanced, ${kept}`);
  if (branch.state === 'partly balanced') return row(branch.kept / branch.wanted, `partly balanced, ${kept}`);
  if (busy.length === 0) return row(0, branch.state);
  const share = sumBy(busy, (activity) => shareDone(activity.progress!)) / busy.length;
  const others = mine.length - 1;
  const more = others > 0 ? `, ${others} more ${others === 1 ? 'shard' : 'shards'}` : '';
  return row(share, `${describeActivity(busy[0]!.progress!)}${more}${attemptOf(busy[0]!)}`);
}

const attemptOf = ({ attempt, lastFailure = 'the one before failed' }: ActivityView) =>
  attempt > 1 ? ` (attempt ${attempt}: ${lastFailure})` : '';

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ');

const cutLine = (text: string, width: number) => cut(oneLine(text), Math.max(1, width));
