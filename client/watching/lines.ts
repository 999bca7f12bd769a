/** A run as plain lines, one per change, for output that is not a terminal. */
import type { StageProgress } from '../../lib/stages/stage.ts';
import type { BranchProgress } from '../../workflows/messages.ts';
import type { ActivityView, RunView } from './observe.ts';
import { branchAdvice, describeActivity, isCounted, STAGE_WORDS, shareDone, stagesOf } from './words.ts';

/** Progress of an activity is printed every 10 %. */
const STEPS = 10;

/** The changes between two views of a run. */
export function changes(before: RunView | undefined, after: RunView): string[] {
  if (!before && !after.progress)
    return [`${after.workflowId}: waits for a worker (npx counterpoise worker)`];
  return [
    ...stagesOf(after).flatMap(([stage, state]) => {
      const isNews = state !== 'pending' && state !== before?.progress?.stages[stage];
      const news = isNews ? [`${stage}: ${STAGE_WORDS[state]}`] : [];
      if (stage !== 'branches') return news;
      const branches = branchChanges(before, after);
      return state === 'running' ? [...news, ...branches] : [...branches, ...news];
    }),
    ...after.activities.flatMap((activity) =>
      activityChanges(
        before?.activities.find((other) => other.id === activity.id),
        activity,
      ),
    ),
  ];
}

function branchChanges(before: RunView | undefined, after: RunView): string[] {
  return (after.progress?.classes ?? []).flatMap((branch) => {
    const known = before?.progress?.classes.find((other) => other.class === branch.class);
    const isNews =
      known?.state !== branch.state || known.kept !== branch.kept || known.reason !== branch.reason;
    if (branch.state === 'pending' || !isNews) return [];
    return [describeBranch(branch), ...branchAdvice(after, branch)];
  });
}

function describeBranch(branch: BranchProgress): string {
  const { state, reason, kept, wanted } = branch;
  if (state === 'waiting') return `${branch.class}: waits for you: ${reason ?? 'it failed'}`;
  if (state === 'skipped') return `${branch.class}: skipped${reason ? `: ${reason}` : ''}`;
  if (state === 'balanced' || state === 'partly balanced')
    return `${branch.class}: ${state}, ${kept} of ${wanted} records`;
  return `${branch.class}: ${state}${kept > 0 ? `, ${kept} of ${wanted} records so far` : ''}`;
}

function activityChanges(before: ActivityView | undefined, after: ActivityView): string[] {
  const name = after.class ?? after.type;
  const lines: string[] = [];
  if (after.attempt > (before?.attempt ?? 1) && after.lastFailure)
    lines.push(`${name}: attempt ${after.attempt}, because: ${after.lastFailure}`);
  if (after.progress)
    lines.push(...progressLines(before?.progress, after.progress).map((line) => `${name}: ${line}`));
  return lines;
}

/** Prints a line at every 10 % of progress. */
export function progressLines(before: StageProgress | undefined, after: StageProgress): string[] {
  if (!isCounted(after)) return [];
  const known = before?.phase === after.phase ? Math.floor(shareDone(before) * STEPS) : 0;
  return Math.floor(shareDone(after) * STEPS) > known ? [describeActivity(after)] : [];
}
