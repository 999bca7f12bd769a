import { CHANGEABLE } from '../../lib/settings/changeable.ts';
import type { BranchChange } from '../../workflows/messages.ts';
import { readAssignments } from '../run-input.ts';
import { cancelRun, findRun, handleOf, retryClass, skipClass } from '../runs.ts';
import { type Session, type SessionFlags, withSession } from '../session.ts';
import { watchUntilDone } from '../watching/watch-run.ts';

interface DecisionFlags extends SessionFlags {
  class: string;
  set?: string[];
  reason?: string;
}

const CHANGES = { groups: Object.keys(CHANGEABLE), problem: 'cannot be changed when a branch is retried' };

/** Retries the branch of a class. */
export async function retry(id: string | undefined, flags: DecisionFlags): Promise<void> {
  // The run validates the values, because it knows the other settings.
  const change = flags.set && (readAssignments(flags.set, CHANGES) as BranchChange);
  await decide(id, flags, 'tried again', ({ client }, run) => retryClass(client, run, flags.class, change));
}

/** Skips the branch of a class. */
export async function skip(id: string | undefined, flags: DecisionFlags): Promise<void> {
  await decide(id, flags, 'skipped', ({ client }, run) => skipClass(client, run, flags.class, flags.reason));
}

/** With an embedded server the run continues only while this command lives, so it watches the run. */
async function decide(
  id: string | undefined,
  flags: DecisionFlags,
  done: string,
  send: (session: Session, run: string) => Promise<unknown>,
): Promise<void> {
  await withSession(flags, { worker: true }, async (session, output) => {
    const run = await findRun(session.client, id);
    const branch = await send(session, run);
    if (flags.embedded) return watchUntilDone(session, run, output);
    output.result(branch, `${flags.class} is ${done}. Watch: npx counterpoise watch ${run}${session.reach}`);
  });
}

/** Stops a run. */
export async function cancelAndWait(id: string | undefined, flags: SessionFlags): Promise<void> {
  await withSession(flags, { worker: true }, async (session, output) => {
    const run = await findRun(session.client, id);
    await cancelRun(session.client, run);
    // An embedded server must live until the run has been cancelled.
    if (flags.embedded)
      await handleOf(session.client, run)
        .result()
        .catch(() => {});
    const words = `${run} is being cancelled; its finished stages are kept.`;
    output.result({ runId: run, cancelled: true }, words);
  });
}
