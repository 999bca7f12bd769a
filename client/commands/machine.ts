import { Argument, type Command } from 'commander';
import { EXIT } from '../exit.ts';
import { createOutput } from '../output.ts';
import { wholeNumber, withExample } from './flags.ts';

export const doctor = (command: Command) =>
  withExample(command, 'npx counterpoise doctor')
    .option('--json', 'print the checks as one line of JSON')
    .action(async (flags: { json?: boolean }) => {
      const { examineMachine, formatChecks } = await import('../doctor.ts');
      const checks = await examineMachine();
      createOutput(flags.json).result({ checks }, formatChecks(checks));
      if (checks.some((check) => !check.ok)) process.exitCode = EXIT.ours;
    });

export const setup = (command: Command) =>
  withExample(command, 'npx counterpoise setup')
    .option(
      '--gpu',
      'TensorFlow with CUDA for NVIDIA GPUs, until setup without it: Linux x64, 9 GB of disk (experimental: not yet tested on a GPU)',
    )
    .action(async ({ gpu }: { gpu?: boolean }) => {
      const { useCpu, useGpu } = await import('../../setup/tensorflow.ts');
      const { ensureTemporalServer } = await import('../../setup/temporal-server.ts');
      await (gpu ? useGpu() : useCpu());
      await ensureTemporalServer();
    });

export const settings = (command: Command) =>
  withExample(command, 'npx counterpoise settings > settings.md').action(async () => {
    const { settingsReference } = await import('../settings-reference.ts');
    process.stdout.write(settingsReference());
  });

export const completion = (command: Command, createProgram: (argv: 'every command') => Promise<Command>) =>
  withExample(command, 'npx counterpoise completion fish > ~/.config/fish/completions/counterpoise.fish')
    .addArgument(new Argument('<shell>', 'whose script is wanted').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => {
      const { completionScript } = await import('../completion.ts');
      process.stdout.write(completionScript(shell, await createProgram('every command')));
    });

export const artifacts = (command: Command) =>
  withExample(
    withExample(command, 'npx counterpoise artifacts prune --keep-runs 3 --dry-run')
      .command('prune')
      .description('remove artifacts that no recent or unfinished run of any dataset needs')
      .requiredOption('--keep-runs <n>', 'finished runs to keep per dataset', wholeNumber(1))
      .option(
        '--unfinished-days <n>',
        'days after which an unfinished run counts as lost',
        wholeNumber(1),
        60,
      )
      .option('--dry-run', 'list what would be removed, without removing it')
      .option(
        '--store <folder>',
        'the artifact store: a folder, or s3://bucket/prefix (default <home>/artifacts)',
      )
      .option('--home <folder>', 'folder for run data (COUNTERPOISE_HOME; default .counterpoise)')
      .option('--json', 'print the outcome as one line of JSON')
      .action(async (flags) => (await import('../actions/artifacts.ts')).pruneArtifacts(flags)),
    'npx counterpoise artifacts prune --keep-runs 3 --dry-run',
  );
