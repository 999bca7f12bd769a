import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { type InputFlags, readRunInput } from '../run-input.ts';
import { findRun, startRun } from '../runs.ts';
import { type SessionFlags, withSession } from '../session.ts';
import { watchUntilDone } from '../watching/watch-run.ts';
import { planRun } from './plan.ts';

interface RunFlags extends SessionFlags, InputFlags {
  detach?: boolean;
  dryRun?: boolean;
  workflowId?: string;
  priority?: number;
}

/** Starts a run and watches it, or only plans it, or detaches. */
export async function runDataset(flags: RunFlags): Promise<void> {
  if (flags.dryRun) return planRun(flags);
  const problem = 'cannot be used with --embedded: the worker would exit with the command';
  if (flags.detach && flags.embedded) throw new InvalidInput('--detach', problem, 'Use only one of them');
  const input = readRunInput(flags);
  await withSession(flags, { worker: true }, async (session, output) => {
    const { workflowId } = await startRun(session.client, input, flags.workflowId, flags.priority);
    if (!flags.detach) return watchUntilDone(session, workflowId, output);
    const words = `${workflowId} is started. Watch it: npx counterpoise watch ${workflowId}${session.reach}`;
    output.result({ runId: workflowId }, words);
  });
}

/** Watches a run until it ends; the newest one by default. */
export async function watch(id: string | undefined, flags: SessionFlags): Promise<void> {
  await withSession(flags, { worker: true }, async (session, output) =>
    watchUntilDone(session, await findRun(session.client, id), output),
  );
}
