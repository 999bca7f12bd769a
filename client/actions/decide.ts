import { CHANGEABLE } from '../../lib/settings/changeable.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { BranchChange } from '../../workflows/messages.ts';
import { readAssignments } from '../run-input.ts';
import { cancelRun, findRun, handleOf, retryClass, skipClass } from '../runs.ts';
import { type Session, type SessionFlags, withSession } from '../session.ts';
import { watchToTheEnd } from './run.ts';

interface DecisionFlags extends SessionFlags {
  class: string;
  set?: string[];
  reason?: string;
}

/** Tries the branch of a class again. */
export async function retry(id: string | undefined, flags: DecisionFlags): Promise<void> {
  const change = readChange(flags.set ?? []);
  await decide(id, flags, 'tried again', ({ client }, run) => retryClass(client, run, flags.class, change));
}

/** Leaves the class of a branch as it is. */
export async function skip(id: string | undefined, flags: DecisionFlags): Promise<void> {
  await decide(id, flags, 'skipped', ({ client }, run) => skipClass(client, run, flags.class, flags.reason));
}

/** With an embedded server the decision's consequences happen only while this command lives, so it watches them. */
async function decide(
  id: string | undefined,
  flags: DecisionFlags,
  done: string,
  send: (session: Session, run: string) => Promise<unknown>,
): Promise<void> {
  await withSession(flags, { worker: true }, async (session, output) => {
    const run = await findRun(session.client, id);
    const branch = await send(session, run);
    if (!flags.embedded)
      return output.result(
        branch,
        `${flags.class} is ${done}. Watch: counterpoise watch ${run}${session.reach}`,
      );
    await watchToTheEnd(session, run, output);
  });
}

/**
 * The changed settings of a retry. Their values are checked by the run, which knows the other settings.
 * @throws {InvalidInput} for a setting that no retry changes
 */
function readChange(assignments: readonly string[]): BranchChange | undefined {
  if (assignments.length === 0) return undefined;
  const change = readAssignments(assignments);
  const foreign = Object.keys(change).find((group) => !Object.hasOwn(CHANGEABLE, group));
  if (foreign === undefined) return change as BranchChange;
  throw new InvalidInput(
    foreign,
    'cannot be changed when a branch is retried',
    `What can be: ${Object.keys(CHANGEABLE).join(', ')}`,
  );
}

/** Stops a run. */
export async function cancelAndWait(id: string | undefined, flags: SessionFlags): Promise<void> {
  await withSession(flags, { worker: true }, async (session, output) => {
    const run = await findRun(session.client, id);
    await cancelRun(session.client, run);
    // An embedded server must live until the run has heard of it.
    if (flags.embedded)
      await handleOf(session.client, run)
        .result()
        .catch(() => {});
    output.result(
      { runId: run, cancelled: true },
      `${run} is being cancelled; its finished stages are kept.`,
    );
  });
}
