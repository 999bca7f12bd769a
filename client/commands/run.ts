/** `run` and `watch`. */
import type { Command } from 'commander';
import { addInputFlags, addSessionFlags, RUN_ID, requireSources, wholeNumber } from './flags.ts';

/** `run`. */
export function defineRun(command: Command): void {
  addInputFlags(command)
    .option('--detach', 'start the run and leave it to its worker')
    .option('--dry-run', 'start nothing: tell what the run would do and how long it takes here')
    .option(
      '--priority <n>',
      'from 1, which goes first, to 5 (default 3), where the server knows priorities',
      wholeNumber(1),
    )
    .option('--workflow-id <id>', 'id of the run (default counterpoise-<dataset>-<time>)');
  addSessionFlags(command, { embedded: true });
  addWorkerFlags(command)
    .option('--json', 'print the result as one line of JSON')
    .addHelpText('after', '\nAll settings with their defaults: counterpoise settings')
    .action(async (flags) => {
      // A worker elsewhere may have files that this machine has not.
      if (flags.embedded || flags.dryRun) requireSources(flags.source);
      await (await import('../actions/run.ts')).runDataset(flags);
    });
}

/** `watch`. */
export function defineWatch(command: Command): void {
  addSessionFlags(command.argument(...RUN_ID), { embedded: true });
  addWorkerFlags(command)
    .option('--json', 'print the result as one line of JSON')
    .action(async (id, flags) => (await import('../actions/run.ts')).watch(id, flags));
}

const addWorkerFlags = (command: Command) =>
  command
    .option('--store <folder>', 'with --embedded: the artifact store (default <home>/artifacts)')
    .option('--model-slots <n>', 'with --embedded: model processes at a time', wholeNumber(1));
