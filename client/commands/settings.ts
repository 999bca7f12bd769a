import type { Command } from 'commander';
import { settingsReference } from '../settings-reference.ts';

/** `settings`. */
export function addSettingsCommand(program: Command): void {
  program
    .command('settings')
    .description('list all settings of a run with their defaults, as Markdown')
    .action(() => {
      process.stdout.write(settingsReference());
    });
}
