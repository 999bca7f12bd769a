/** Schedules that start runs by themselves, on Temporal's own schedules: what `counterpoise schedule` does goes through here. */
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  type ScheduleSpec,
  type ScheduleSummary,
} from '@temporalio/client';
import { datasetName } from '../lib/settings/dataset-name.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunInput } from '../lib/settings/settings.ts';
import type { balanceDataset } from '../workflows/balance-dataset.ts';
import { TASK_QUEUE } from '../workflows/task-queues.ts';
import { describeInput, WORKFLOW_TYPE } from './runs.ts';
import { describeCalendar, intervalWords, OVERLAPS, type Overlap } from './schedule-times.ts';

/** Runs that were due while no server was up are made up for only when the server is back within this time. */
const CATCH_UP = '1 day';

export interface NewSchedule {
  id: string;
  input: RunInput;
  spec: Pick<ScheduleSpec, 'intervals' | 'cronExpressions' | 'timezone'>;
  overlap: Overlap;
  paused: boolean;
  note?: string | undefined;
}

/** A schedule as the command line shows it. */
export interface ScheduleView {
  id: string;
  /** `every 7 days`, `at 06:30 on Monday`. */
  when: string[];
  paused: boolean;
  note?: string;
  /** The next start times, the nearest first. */
  next: Date[];
  /** The latest runs, the newest first. */
  runs: { runId: string; startedAt: Date }[];
}

/** The same with what only a description holds. */
export interface ScheduleDetails extends ScheduleView {
  overlap: Overlap;
  input: unknown;
  started: number;
  skipped: number;
  missed: number;
  running: string[];
}

/**
 * Makes a schedule that starts `balanceDataset` with this input; the ids of its runs are the schedule's id and the time.
 * @throws {InvalidInput} when there is one of this id, or the server does not understand the times
 */
export async function createSchedule(client: Client, schedule: NewSchedule): Promise<void> {
  const { id, input, spec, overlap, paused, note } = schedule;
  try {
    await client.schedule.create<typeof balanceDataset>({
      scheduleId: id,
      spec,
      policies: { overlap: OVERLAPS[overlap], catchupWindow: CATCH_UP },
      state: { paused, ...(note !== undefined && { note }) },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOW_TYPE,
        workflowId: id,
        taskQueue: TASK_QUEUE,
        args: [input],
        staticSummary: `balance ${datasetName(input.source)}, scheduled by ${id}`,
        staticDetails: describeInput(input),
      },
    });
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning)
      throw new InvalidInput(
        '--id',
        `there is a schedule ${id} already`,
        `Give another --id, or remove it: counterpoise schedule delete ${id}`,
      );
    if (error instanceof TypeError)
      throw new InvalidInput(
        spec.cronExpressions ? '--cron' : '--every',
        error.message,
        'Write a cron expression of five fields, as in --cron "30 6 * * MON"',
      );
    throw error;
  }
}

/** The namespace's schedules that start runs, by their ids. */
export async function listSchedules(client: Client): Promise<ScheduleView[]> {
  const found: ScheduleView[] = [];
  for await (const schedule of client.schedule.list())
    if (schedule.action?.workflowType === WORKFLOW_TYPE) found.push(viewOf(schedule));
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @throws {InvalidInput} when there is no such schedule */
export async function describeSchedule(client: Client, id: string): Promise<ScheduleDetails> {
  const schedule = await askSchedule(client, id, (handle) => handle.describe());
  return {
    ...viewOf(schedule),
    overlap: OVERLAP_NAMES.find((name) => OVERLAPS[name] === schedule.policies.overlap) ?? 'skip',
    input: schedule.action.args?.[0],
    started: schedule.info.numActionsTaken,
    skipped: schedule.info.numActionsSkippedOverlap,
    missed: schedule.info.numActionsMissedCatchupWindow,
    running: schedule.info.runningActions.map(({ workflow }) => workflow.workflowId),
  };
}

function viewOf({ scheduleId, spec, state, info }: ScheduleSummary | ScheduleDescription): ScheduleView {
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

const OVERLAP_NAMES = Object.keys(OVERLAPS) as Overlap[];

/** Asks or changes a schedule. @throws {InvalidInput} when there is no such schedule */
export async function askSchedule<T>(
  client: Client,
  id: string,
  question: (handle: ScheduleHandle) => Promise<T>,
): Promise<T> {
  try {
    return await question(client.schedule.getHandle(id));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new InvalidInput(
      id,
      'there is no such schedule',
      'See which there are: counterpoise schedule list',
    );
  }
}
