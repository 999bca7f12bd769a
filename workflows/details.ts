/** Current details for the Web UI, as Markdown: state at a glance, and what to do. */
import { printable, printableJson } from '../lib/settings/printable.ts';
import type { StageProgress } from '../lib/stages/stage.ts';
import { type BranchProgress, type RunProgress, STAGES, type StageName } from './messages.ts';
import type { RunResult } from './result.ts';

/** Details of a run. */
export function describeRun(progress: RunProgress, result?: RunResult): string {
  const waiting = progress.classes.filter((branch) => branch.state === 'waiting');
  const parts = [
    ...(progress.attention ? [`### ⚠ Look at this run\n\n${escapeCell(progress.attention)}`] : []),
    ...(progress.changed === false
      ? ['**Nothing changed** since the previous run: every stage was cached.']
      : []),
    ...waiting.map((branch) =>
      describeWaiting(branch.class, branch.reason, `{"class": ${printableJson(branch.class)}}`, 'Class'),
    ),
    table(
      ['stage', 'state', ''],
      Object.entries(STAGES).map(([stage, does]) => [stage, mark(progress.stages[stage as StageName]), does]),
    ),
  ];
  if (progress.classes.length > 0)
    parts.push(
      table(
        ['class', 'state', 'records', 'generated', 'progress'],
        progress.classes.map((branch) => [
          escapeCell(branch.class),
          mark(branch.state),
          String(branch.train),
          `${branch.kept} of ${branch.wanted}`,
          describeWork(branch.work),
        ]),
      ),
    );
  if (result) parts.push(describeResult(result));
  return parts.join('\n\n');
}

/** Details of one branch. */
export function describeBranch(branch: BranchProgress): string {
  const lines = [
    `**${escapeCell(branch.class)}**: ${mark(branch.state)}, ${branch.kept} of ${branch.wanted} records generated`,
  ];
  if (branch.state === 'waiting') lines.unshift(describeWaiting(branch.class, branch.reason, '{}', ''));
  else if (branch.reason) lines.push(escapeCell(branch.reason));
  if (branch.work) lines.push(describeWork(branch.work));
  return lines.join('\n\n');
}

/** `60 of 120 steps, loss 2.314, 4 min left`: updated every quarter, because each message adds to the history. */
function describeWork(work: StageProgress | undefined): string {
  if (!work) return '';
  const { loss, secondsLeft } = work.figures ?? {};
  return [
    `${work.done} of ${work.total ?? '?'} ${work.unit}`,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(secondsLeft === undefined ? [] : [`${timeLeft(secondsLeft)} left`]),
  ].join(', ');
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function describeWaiting(name: string, reason: string | undefined, argument: string, suffix: string): string {
  return [
    `### ⏸ ${escapeCell(name)} waits for you`,
    escapeCell(reason ?? 'it failed'),
    `Send an update: \`retry${suffix}\` or \`skip${suffix}\` with \`${argument}\`. ` +
      'To change settings, add for example `"change": {"fineTune": {"batchSize": 4}}`.',
  ].join('\n\n');
}

function describeResult(result: RunResult): string {
  const rows = Object.entries(result.methods).map(([method, metrics]) => [
    method,
    metrics.microF1.toFixed(3),
    metrics.macroF1.toFixed(3),
    metrics.weightedF1.toFixed(3),
  ]);
  return [
    ...(result.remark ? [result.remark] : []),
    table(['method', 'micro F1', 'macro F1', 'weighted F1'], rows),
    `Dataset: \`${result.dataset.uri}\``,
    `Report: \`${result.report.uri}\``,
  ].join('\n\n');
}

const MARKS: Record<string, string> = {
  running: '⏳ running',
  done: '✅ done',
  cached: '✅ done before',
  kept: '✅ kept from the previous run',
  failed: '❌ failed',
  waiting: '⏸ waiting for you',
  balanced: '✅ balanced',
  'partly balanced': '☑️ partly balanced',
  skipped: '⏭ skipped',
  'fine-tuning': '⏳ fine-tuning',
  generating: '⏳ generating',
  filtering: '⏳ filtering',
};
const mark = (state: string) => MARKS[state] ?? state;

/** The Web UI 2.54 leaves no room between columns: an em space at the end of each cell keeps them apart. */
const row = (cells: string[], gap = '\u2003') => `| ${cells.join(`${gap} | `)}${gap} |`;

const table = (head: string[], rows: string[][]) =>
  [row(head), row(Array(head.length).fill('---'), ''), ...rows.map((cells) => row(cells))].join('\n');

const escapeCell = (text: string) =>
  printable(text)
    .replace(/[\\`*_[\]<>|#]/g, '\\$&')
    .replace(/\s+/g, ' ');
