import type { Command } from 'commander';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { runPage } from '../connection.ts';
import { describeOutcome } from '../outcome.ts';
import { createOutput, type Output } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { findRun, startRun } from '../runs.ts';
import { type Session, type SessionFlags, withSession } from '../session.ts';
import { watchRun } from '../watching/watch-run.ts';
import { addSessionFlags, collected, wholeNumber } from './flags.ts';
import { planRun } from './plan.ts';

interface RunFlags extends SessionFlags {
  source?: string[];
  input?: string;
  preset?: string;
  set?: string[];
  detach?: boolean;
  dryRun?: boolean;
  workflowId?: string;
  priority?: number;
  json?: boolean;
}

/** `run` and `watch`. */
export function addRunCommands(program: Command): void {
  const run = program
    .command('run')
    .description('balance a dataset: start a run and watch it')
    .option('--source <file...>', 'the dataset: files or globs of CSV or JSONL')
    .option('--input <file>', 'settings as a JSON file')
    .option('--preset <name>', 'named set of defaults: paper or recommended')
    .option('--set <path=value>', 'one setting, as classes.rare=5; may be repeated', collected)
    .option('--detach', 'start the run and leave it to its worker')
    .option('--dry-run', 'start nothing: tell what the run would do and how long it takes here')
    .option(
      '--priority <n>',
      'from 1, which goes first, to 5 (default 3), where the server knows priorities',
      wholeNumber(1),
    )
    .option('--workflow-id <id>', 'id of the run (default counterpoise-<dataset>-<time>)');
  addSessionFlags(run, { embedded: true });
  addWorkerFlags(run)
    .option('--json', 'print the result as one line of JSON')
    .addHelpText('after', '\nAll settings with their defaults: counterpoise settings');
  run.action(runDataset);

  const watch = program
    .command('watch')
    .description('watch a run until it ends; the newest one when no ID is given')
    .argument('[id]', 'id of the run');
  addSessionFlags(watch, { embedded: true });
  addWorkerFlags(watch).option('--json', 'print the result as one line of JSON');
  watch.action(async (id: string | undefined, flags: SessionFlags & { json?: boolean }) => {
    const output = createOutput(flags.json);
    await withSession(flags, output, { worker: true }, async (session) =>
      watchToTheEnd(session, await findRun(session.client, id), output),
    );
  });
}

const addWorkerFlags = (command: Command) =>
  command
    .option('--store <folder>', 'with --embedded: the artifact store (default <home>/artifacts)')
    .option('--model-slots <n>', 'with --embedded: model processes at a time', wholeNumber(1));

async function runDataset(flags: RunFlags): Promise<void> {
  if (flags.dryRun) return planRun(flags);
  const output = createOutput(flags.json);
  if (flags.detach && flags.embedded)
    throw new InvalidInput(
      '--detach',
      'does not go with --embedded: the worker would leave with the command',
      'Leave one of them out',
    );
  const { input: file, source, preset, set: assignments } = flags;
  const input = readRunInput({ input: file, source, preset, assignments });
  await withSession(flags, output, { worker: true }, async (session) => {
    const { workflowId } = await startRun(session.client, input, flags.workflowId, flags.priority);
    if (flags.detach)
      return output.result(
        { runId: workflowId },
        `${workflowId} is started. Watch it: counterpoise watch ${workflowId}${session.reach}`,
      );
    await watchToTheEnd(session, workflowId, output);
  });
}

/** Watches a run until it ends and gives its result. @throws {WorkflowFailedError} */
export async function watchToTheEnd(session: Session, workflowId: string, output: Output): Promise<void> {
  session.about(workflowId);
  const page = runPage(session, workflowId);
  output.say(page ? `${workflowId}  ${page}` : workflowId);
  const result = await watchRun(session, workflowId, output);
  output.result(result, describeOutcome(result, page));
}
