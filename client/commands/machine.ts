import type { Command } from 'commander';
import { EXIT } from '../exit.ts';
import { createOutput } from '../output.ts';

/** `doctor`. */
export const defineDoctor = (command: Command) =>
  command
    .option('--json', 'print the checks as one line of JSON')
    .action(async (flags: { json?: boolean }) => {
      const { examineMachine, formatChecks } = await import('../doctor.ts');
      const checks = await examineMachine();
      createOutput(flags.json).result({ checks }, formatChecks(checks));
      if (checks.some((check) => !check.ok)) process.exitCode = EXIT.ours;
    });

/** `setup`. */
export const defineSetup = (command: Command) =>
  command.action(async () => (await import('../../setup/main.ts')).main());
