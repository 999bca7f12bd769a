/** Commands that tell a run something: `cancel`, `retry`, `skip`. */
import type { Command } from 'commander';
import { CHANGEABLE } from '../../lib/settings/changeable.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { BranchChange } from '../../workflows/messages.ts';
import { createOutput, type Output } from '../output.ts';
import { readAssignments } from '../run-input.ts';
import { cancelRun, findRun, handleOf, retryClass, skipClass } from '../runs.ts';
import { type Session, type SessionFlags, withSession } from '../session.ts';
import { addSessionFlags, collected } from './flags.ts';
import { watchToTheEnd } from './run.ts';

interface DecisionFlags extends SessionFlags {
  class: string;
  set?: string[];
  reason?: string;
  json?: boolean;
}

/** `cancel`, `retry` and `skip`. */
export function addDecisionCommands(program: Command): void {
  const cancel = program.command('cancel').description('stop a run; its finished stages are kept');
  addSessionFlags(cancel.argument('[id]', 'id of the run (default: the newest)'), { embedded: true })
    .option('--json', 'print the outcome as one line of JSON')
    .action((id: string | undefined, flags: SessionFlags & { json?: boolean }) => cancelAndWait(id, flags));

  const retry = program.command('retry').description('try a branch again that waits for a decision');
  addSessionFlags(retry.argument('[id]', 'id of the run (default: the newest)'), { embedded: true })
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--set <path=value>', 'change a setting, as fineTune.batchSize=4; may be repeated', collected)
    .option('--json', 'print the branch as one line of JSON')
    .action((id: string | undefined, flags: DecisionFlags) => {
      const change = readChange(flags.set ?? []);
      return decide(id, flags, 'tried again', ({ client }, run) =>
        retryClass(client, run, flags.class, change),
      );
    });

  const skip = program.command('skip').description('leave the class of a waiting branch as it is');
  addSessionFlags(skip.argument('[id]', 'id of the run (default: the newest)'), { embedded: true })
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--reason <text>', 'why; it stands in the report')
    .option('--json', 'print the branch as one line of JSON')
    .action((id: string | undefined, flags: DecisionFlags) =>
      decide(id, flags, 'skipped', ({ client }, run) => skipClass(client, run, flags.class, flags.reason)),
    );
}

/** With an embedded server the decision's consequences happen only while this command lives, so it watches them. */
async function decide(
  id: string | undefined,
  flags: DecisionFlags,
  done: string,
  send: (session: Session, run: string) => Promise<unknown>,
): Promise<void> {
  const output = createOutput(flags.json);
  await withSession(flags, output, { worker: true }, async (session) => {
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

async function cancelAndWait(
  id: string | undefined,
  flags: SessionFlags & { json?: boolean },
): Promise<void> {
  const output: Output = createOutput(flags.json);
  await withSession(flags, output, { worker: true }, async (session) => {
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
