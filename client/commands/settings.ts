import type { Command } from 'commander';

/** `settings`. */
export const defineSettings = (command: Command) =>
  command.action(async () => {
    const { settingsReference } = await import('../settings-reference.ts');
    process.stdout.write(settingsReference());
  });
