import type { Command } from 'commander';
import { collected } from './flags.ts';

/** `demo`. */
export const defineDemo = (command: Command) =>
  command
    .option('--home <folder>', 'where it leaves its files (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--set <path=value>', 'change a setting, as fineTune.epochs=5; may be repeated', collected)
    .option('--keep', 'stay up for the Web UI until Ctrl-C')
    .option('--json', 'print the result as one line of JSON')
    .action(async (flags) => (await import('../actions/demo.ts')).runDemo(flags));
