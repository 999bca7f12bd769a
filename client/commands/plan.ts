import type { Command } from 'commander';
import { addInputFlags, requireSources, wholeNumber } from './flags.ts';

/** `plan`. */
export const definePlan = (command: Command) =>
  addInputFlags(command)
    .option('--workers <n>', 'plan for so many machines like this one', wholeNumber(1), 1)
    .option('--model-slots <n>', 'model processes at a time on each', wholeNumber(1))
    .option('--store <folder>', 'the artifact store (default <home>/artifacts)')
    .option('--home <folder>', 'where runs leave their files (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--json', 'print the plan as one line of JSON')
    .action(async (flags) => {
      requireSources(flags.source);
      await (await import('../actions/plan.ts')).planRun(flags);
    });
