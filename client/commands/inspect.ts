/** Commands that only look: `status` and `report`. */
import type { Command } from 'commander';
import { addSessionFlags, RUN_ID } from './flags.ts';

/** `status`. */
export const defineStatus = (command: Command) =>
  addSessionFlags(command.argument(...RUN_ID), { embedded: true })
    .option('--json', 'print it as one line of JSON')
    .action(async (id, flags) => (await import('../actions/inspect.ts')).showStatus(id, flags));

/** `report`. */
export const defineReport = (command: Command) =>
  addSessionFlags(command.argument(...RUN_ID), { embedded: true })
    .option('--out <folder>', 'copy report and balanced dataset to this folder')
    .option('--push <owner/name>', "upload them to a dataset repository of Hugging Face's hub (HF_TOKEN)")
    .option('--json', 'print the result as one line of JSON')
    .action(async (id, flags) => (await import('../actions/inspect.ts')).showReport(id, flags));
