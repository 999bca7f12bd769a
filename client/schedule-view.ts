import type { ScheduleDescription, ScheduleSummary } from '@temporalio/client';
import { describeCalendar, intervalWords } from './schedule-times.ts';

export type ScheduleView = ReturnType<typeof viewOf>;
export type ScheduleDetails = ReturnType<typeof detailsOf>;

/** A schedule in a list: when it starts runs, such as `every 7 days`, the next starts, and the latest runs. */
export function viewOf({ scheduleId, spec, state, info }: ScheduleSummary | ScheduleDescription) {
  return {
    id: scheduleId,
    when: [
      ...(spec?.intervals ?? []).map(({ every }) => `every ${intervalWords(every)}`),
      ...(spec?.calendars ?? []).map(describeCalendar),
    ],
    paused: state.paused,
    ...(state.note && { note: state.note }),
    next: info.nextActionTimes,
    runs: info.recentActions
      .map(({ action, takenAt }) => ({ runId: action.workflow.workflowId, startedAt: takenAt }))
      .reverse(),
  };
}

/** The same with the details of a description. */
export function detailsOf(schedule: ScheduleDescription) {
  const { action, policies, info } = schedule;
  return {
    ...viewOf(schedule),
    overlap: (policies.overlap ?? 'SKIP').toLowerCase().replace('_', '-'),
    input: action.args?.[0],
    started: info.numActionsTaken,
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
  };
}

/** One line: `counterpoise-pages: every 7 days, next 2026-11-24 06:30 UTC`. */
export function describeBriefly({ id, when, paused, next, runs }: ScheduleView): string {
  const state = paused ? 'paused' : next[0] ? `next ${moment(next[0])}` : 'no start ahead';
  const last = runs[0] ? `, last ${runs[0].runId}` : '';
  return `${id}: ${when.join('; ')}, ${state}${last}`;
}

/** Several lines, with settings, counts and the latest runs. */
export function describeFully(details: ScheduleDetails): string {
  const { overlap, input, started, skipped, missed, running, note } = details;
  return [
    describeBriefly(details),
    ...(note ? [`Note:     ${note}`] : []),
    `Overlap:  ${overlap}`,
    `Next:     ${details.next.slice(0, 3).map(moment).join(', ') || 'none'}`,
    `Runs:     ${started} started, ${skipped} skipped, ${missed} missed`,
    ...(running.length > 0 ? [`Running:  ${running.join(', ')}`] : []),
    ...details.runs.slice(0, 5).map(({ runId, startedAt }) => `          ${moment(startedAt)}  ${runId}`),
    `Settings: ${JSON.stringify(input)}`,
  ].join('\n');
}

/** `2026-11-24 06:30 UTC`. */
const moment = (time: Date) => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
