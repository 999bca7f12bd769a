import { setTimeout as sleep } from 'node:timers/promises';
import { datasetName } from '../../lib/settings/dataset-name.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { Output } from '../output.ts';
import { type InputFlags, readRunInput } from '../run-input.ts';
import type { Overlap } from '../schedule-times.ts';
import {
  askSchedule,
  createSchedule,
  describeSchedule,
  listSchedules,
  type ScheduleDetails,
  type ScheduleView,
} from '../schedules.ts';
import { type Session, type SessionFlags, withSession } from '../session.ts';

type Flags = SessionFlags & { note?: string };

interface CreateFlags extends Flags, InputFlags {
  id?: string;
  every?: number;
  cron?: string[];
  timeZone?: string;
  overlap: Overlap;
  paused?: boolean;
}

const inSession = (flags: Flags, work: (session: Session, output: Output) => Promise<void>) =>
  withSession(flags, { worker: false }, work);

/** Makes a schedule. */
export async function create(flags: CreateFlags): Promise<void> {
  if ((flags.every === undefined) === (flags.cron === undefined))
    throw new InvalidInput(
      '--every',
      flags.cron ? 'does not go with --cron' : 'missing, and so is --cron',
      'Say when it starts runs, in one of the two: --every 7d, or --cron "30 6 * * MON"',
    );
  if (flags.timeZone !== undefined && flags.every !== undefined)
    throw new InvalidInput(
      '--time-zone',
      'does not go with --every, which knows no time of day',
      'Use --cron',
    );
  const input = readRunInput(flags);
  const id = flags.id ?? `counterpoise-${datasetName(input.source)}`;
  const spec = flags.cron
    ? { cronExpressions: flags.cron, ...(flags.timeZone !== undefined && { timezone: flags.timeZone }) }
    : { intervals: [{ every: flags.every! }] };
  await inSession(flags, async ({ client, reach }, output) => {
    const { overlap, paused = false, note } = flags;
    await createSchedule(client, { id, input, spec, overlap, paused, note });
    const details = await describeSchedule(client, id);
    output.result(
      details,
      `${describeFully(details)}\nStart one at once: counterpoise schedule trigger ${id}${reach}`,
    );
  });
}

/** Shows the schedules that start runs. */
export const list = (flags: Flags) =>
  inSession(flags, async ({ client }, output) => {
    const schedules = await listSchedules(client);
    output.result(
      { schedules },
      schedules.map(describeBriefly).join('\n') ||
        'No schedule. Make one: counterpoise schedule create --source FILE --every 7d',
    );
  });

/** Shows one schedule. */
export const describe = (id: string, flags: Flags) =>
  inSession(flags, async ({ client }, output) => {
    const details = await describeSchedule(client, id);
    output.result(details, describeFully(details));
  });

const LOOKS = 20;
const LOOK_MILLISECONDS = 250;

/** Starts a run of a schedule at once. */
export const trigger = (id: string, flags: Flags) =>
  inSession(flags, async ({ client, reach }, output) => {
    const before = (await describeSchedule(client, id)).runs[0]?.runId;
    // The schedule's own policy says what happens when a run of it is at work already.
    await askSchedule(client, id, async (handle) =>
      handle.trigger((await handle.describe()).policies.overlap),
    );
    for (let look = 0; look < LOOKS; look++) {
      const newest = (await describeSchedule(client, id)).runs[0]?.runId;
      if (newest !== undefined && newest !== before)
        return output.result(
          { id, runId: newest },
          `${newest} is started. Watch it: counterpoise watch ${newest}${reach}`,
        );
      await sleep(LOOK_MILLISECONDS);
    }
    const { overlap, running } = await describeSchedule(client, id);
    output.result(
      { id, runId: null },
      running.length > 0
        ? `Nothing is started yet: ${running.join(', ')} still runs, and the schedule's overlap is ${overlap}.`
        : `Nothing is started yet. See: counterpoise schedule describe ${id}${reach}`,
    );
  });

/** Lets a schedule start nothing. */
export const pause = (id: string, flags: Flags) =>
  inSession(flags, async ({ client }, output) => {
    await askSchedule(client, id, (handle) => handle.pause(flags.note ?? 'paused by counterpoise'));
    output.result({ id, paused: true }, `${id} is paused. Go on: counterpoise schedule unpause ${id}`);
  });

/** Lets a paused schedule go on. */
export const unpause = (id: string, flags: Flags) =>
  inSession(flags, async ({ client }, output) => {
    await askSchedule(client, id, (handle) => handle.unpause(flags.note ?? 'unpaused by counterpoise'));
    output.result({ id, paused: false }, `${id} goes on.`);
  });

/** Removes a schedule; its runs go on. */
export const remove = (id: string, flags: Flags) =>
  inSession(flags, async ({ client }, output) => {
    await askSchedule(client, id, (handle) => handle.delete());
    output.result({ id, deleted: true }, `${id} is deleted.`);
  });

function describeBriefly({ id, when, paused, next, runs }: ScheduleView): string {
  const state = paused ? 'paused' : next[0] ? `next ${moment(next[0])}` : 'no start ahead';
  const last = runs[0] ? `, last ${runs[0].runId}` : '';
  return `${id}: ${when.join('; ')}, ${state}${last}`;
}

function describeFully(details: ScheduleDetails): string {
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
