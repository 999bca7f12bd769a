/** Commands that send a run a message: `cancel`, `retry`, `skip`. */
import type { Command } from 'commander';
import { addSessionFlags, collected, RUN_ID } from './flags.ts';

/** `cancel`. */
export const defineCancel = (command: Command) =>
  addSessionFlags(command.argument(...RUN_ID), { embedded: true })
    .option('--json', 'print the outcome as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).cancelAndWait(id, flags));

/** `retry`. */
export const defineRetry = (command: Command) =>
  addSessionFlags(command.argument(...RUN_ID), { embedded: true })
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--set <path=value>', 'change a setting, as fineTune.batchSize=4; may be repeated', collected)
    .option('--json', 'print the branch as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).retry(id, flags));

/** `skip`. */
export const defineSkip = (command: Command) =>
  addSessionFlags(command.argument(...RUN_ID), { embedded: true })
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--reason <text>', 'why; it stands in the report')
    .option('--json', 'print the branch as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).skip(id, flags));
