import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import { datasetName } from '../../lib/settings/dataset-name.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { balanceDataset } from '../../workflows/balance-dataset.ts';
import { TASK_QUEUE } from '../../workflows/task-queues.ts';
import type { Output } from '../output.ts';
import { type InputFlags, readRunInput } from '../run-input.ts';
import { describeInput, WORKFLOW_TYPE } from '../runs.ts';
import { type Overlap, policyOf } from '../schedule-times.ts';
import { describeBriefly, describeFully, detailsOf, type ScheduleView, viewOf } from '../schedule-view.ts';
import { type SessionFlags, withSession } from '../session.ts';

type Flags = SessionFlags & { note?: string };

interface CreateFlags extends Flags, InputFlags {
  id?: string;
  every?: number;
  cron?: string[];
  timeZone?: string;
  overlap: Overlap;
  paused?: boolean;
}

/** Runs that were due while no server was up are made up for only when the server is back within this time. */
const CATCH_UP = '1 day';

/** Makes a schedule; the ids of its runs are the schedule's id and the time. */
export async function create(flags: CreateFlags): Promise<void> {
  const { every, cron, timeZone, overlap, paused, note } = flags;
  if ((every === undefined) === (cron === undefined))
    throw new InvalidInput(
      '--every',
      cron ? 'does not go with --cron' : 'missing, and so is --cron',
      'Say when it starts runs, in one of the two: --every 7d, or --cron "30 6 * * MON"',
    );
  const input = readRunInput(flags);
  const id = flags.id ?? `counterpoise-${datasetName(input.source)}`;
  await withSession(flags, { worker: false }, async ({ client, reach }, output) => {
    try {
      const handle = await client.schedule.create<typeof balanceDataset>({
        scheduleId: id,
        spec: cron ? { cronExpressions: cron, timezone: timeZone } : { intervals: [{ every: every! }] },
        policies: { overlap: policyOf(overlap), catchupWindow: CATCH_UP },
        state: { paused, note },
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
      const details = detailsOf(await handle.describe());
      const next = `Start one at once: npx counterpoise schedule trigger ${id}${reach}`;
      output.result(details, `${describeFully(details)}\n${next}`);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const remedy = `Give another --id, or remove it: npx counterpoise schedule delete ${id}`;
      throw new InvalidInput('--id', `there is a schedule ${id} already`, remedy);
    }
  });
}

/** Shows the schedules that start runs, by their ids. */
export const list = (flags: Flags) =>
  withSession(flags, { worker: false }, async ({ client }, output) => {
    const schedules: ScheduleView[] = [];
    for await (const schedule of client.schedule.list())
      if (schedule.action?.workflowType === WORKFLOW_TYPE) schedules.push(viewOf(schedule));
    schedules.sort((a, b) => (a.id < b.id ? -1 : 1));
    output.result(
      { schedules },
      schedules.map(describeBriefly).join('\n') ||
        'No schedule. Make one: npx counterpoise schedule create --source FILE --every 7d',
    );
  });

/** @throws {InvalidInput} when there is no such schedule */
const withSchedule = (
  id: string,
  flags: Flags,
  work: (handle: ScheduleHandle, output: Output, reach: string) => Promise<void>,
) =>
  withSession(flags, { worker: false }, ({ client, reach }, output) =>
    work(client.schedule.getHandle(id), output, reach).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      const remedy = 'See which there are: npx counterpoise schedule list';
      throw new InvalidInput(id, 'there is no such schedule', remedy);
    }),
  );

/** Shows one schedule. */
export const describe = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    const details = detailsOf(await handle.describe());
    output.result(details, describeFully(details));
  });

const LOOKS = 20;
const LOOK_MILLISECONDS = 250;

/** Starts a run of a schedule at once. */
export const trigger = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output, reach) => {
    const before = await handle.describe();
    const known = viewOf(before).runs[0]?.runId;
    // The schedule's own policy says what happens when a run of it is at work already.
    await handle.trigger(before.policies.overlap);
    for (let look = 1; ; look++) {
      const newest = viewOf(await handle.describe()).runs[0]?.runId;
      const words = `${newest} is started. Watch it: npx counterpoise watch ${newest}${reach}`;
      if (newest !== undefined && newest !== known) return output.result({ id, runId: newest }, words);
      const advice = `Nothing is started yet. See: npx counterpoise schedule describe ${id}${reach}`;
      if (look > LOOKS) return output.result({ id, runId: null }, advice);
      await sleep(LOOK_MILLISECONDS);
    }
  });

/** Lets a schedule start nothing. */
export const pause = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.pause(flags.note ?? 'paused by counterpoise');
    output.result({ id, paused: true }, `${id} is paused. Go on: npx counterpoise schedule unpause ${id}`);
  });

/** Lets a paused schedule go on. */
export const unpause = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.unpause(flags.note ?? 'unpaused by counterpoise');
    output.result({ id, paused: false }, `${id} goes on.`);
  });

/** Removes a schedule; its runs go on. */
export const remove = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.delete();
    output.result({ id, deleted: true }, `${id} is deleted.`);
  });
