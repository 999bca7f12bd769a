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

/** Missed runs are started only if the server is back within this time. */
const CATCH_UP = '1 day';

/** Creates a schedule; its run ids are the schedule's id and the time. */
export async function create(flags: CreateFlags): Promise<void> {
  const { every, cron, timeZone, overlap, paused, note } = flags;
  if ((every === undefined) === (cron === undefined))
    throw new InvalidInput(
      '--every',
      cron ? 'cannot be used with --cron' : 'missing, and so is --cron',
      'Say when it starts runs: either --every 7d or --cron "30 6 * * MON"',
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
      throw new InvalidInput('--id', `schedule ${id} already exists`, remedy);
    }
  });
}

/** Lists the schedules that start runs. */
export const list = (flags: Flags) =>
  withSession(flags, { worker: false }, async ({ client }, output) => {
    const schedules: ScheduleView[] = [];
    for await (const schedule of client.schedule.list())
      if (schedule.action?.workflowType === WORKFLOW_TYPE) schedules.push(viewOf(schedule));
    schedules.sort((a, b) => (a.id < b.id ? -1 : 1));
    output.result(
      { schedules },
      schedules.map(describeBriefly).join('\n') ||
        'No schedules. Create one: npx counterpoise schedule create --source FILE --every 7d',
    );
  });

/** @throws {InvalidInput} if the schedule does not exist */
const withSchedule = (
  id: string,
  flags: Flags,
  work: (handle: ScheduleHandle, output: Output, reach: string) => Promise<void>,
) =>
  withSession(flags, { worker: false }, ({ client, reach }, output) =>
    work(client.schedule.getHandle(id), output, reach).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      const remedy = 'See which there are: npx counterpoise schedule list';
      throw new InvalidInput(id, 'no such schedule', remedy);
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
    // The schedule's own overlap policy applies if one of its runs is running.
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

/** Pauses a schedule. */
export const pause = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.pause(flags.note ?? 'paused by counterpoise');
    output.result({ id, paused: true }, `${id} is paused. Go on: npx counterpoise schedule unpause ${id}`);
  });

/** Unpauses a schedule. */
export const unpause = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.unpause(flags.note ?? 'unpaused by counterpoise');
    output.result({ id, paused: false }, `${id} goes on.`);
  });

/** Deletes a schedule; its runs continue. */
export const remove = (id: string, flags: Flags) =>
  withSchedule(id, flags, async (handle, output) => {
    await handle.delete();
    output.result({ id, deleted: true }, `${id} is deleted.`);
  });
