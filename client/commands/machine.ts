import type { Command } from 'commander';
import { EXIT } from '../exit.ts';
import { createOutput } from '../output.ts';

/** `doctor` and `setup`. */
export function addMachineCommands(program: Command): void {
  program
    .command('doctor')
    .description('what this machine has and lacks, and the command that mends it')
    .option('--json', 'print the checks as one line of JSON')
    .action(async (flags: { json?: boolean }) => {
      const { examineMachine, formatChecks } = await import('../doctor.ts');
      const checks = await examineMachine();
      createOutput(flags.json).result({ checks }, formatChecks(checks));
      if (checks.some((check) => !check.ok)) process.exitCode = EXIT.ours;
    });
  program
    .command('setup')
    .description('get the native parts: the TensorFlow binding and the Temporal server')
    .action(async () => {
      const { main } = await import('../../setup/main.ts');
      await main();
    });
}
