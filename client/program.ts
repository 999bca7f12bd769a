import { readFileSync } from 'node:fs';
import { Command } from 'commander';

/** Commands by the file that defines them; only the file of the command at hand is loaded. */
const GROUPS: { names: string[]; load: () => Promise<(program: Command) => void> }[] = [
  { names: ['demo'], load: async () => (await import('./commands/demo.ts')).addDemoCommand },
  { names: ['worker'], load: async () => (await import('./commands/worker.ts')).addWorkerCommand },
  { names: ['run', 'watch'], load: async () => (await import('./commands/run.ts')).addRunCommands },
  {
    names: ['status', 'report'],
    load: async () => (await import('./commands/inspect.ts')).addInspectionCommands,
  },
  {
    names: ['cancel', 'retry', 'skip'],
    load: async () => (await import('./commands/decide.ts')).addDecisionCommands,
  },
  { names: ['schedule'], load: async () => (await import('./commands/schedule.ts')).addScheduleCommand },
  { names: ['artifacts'], load: async () => (await import('./commands/artifacts.ts')).addArtifactsCommand },
  { names: ['plan'], load: async () => (await import('./commands/plan.ts')).addPlanCommand },
  { names: ['clean'], load: async () => (await import('./commands/clean.ts')).addCleanCommand },
  {
    names: ['pretrain', 'finetune'],
    load: async () => (await import('./commands/train.ts')).addTrainingCommands,
  },
  { names: ['generate'], load: async () => (await import('./commands/generate.ts')).addGenerateCommand },
  { names: ['evaluate'], load: async () => (await import('./commands/evaluate.ts')).addEvaluateCommand },
  { names: ['fasttext'], load: async () => (await import('./commands/fasttext.ts')).addFastTextCommand },
  { names: ['settings'], load: async () => (await import('./commands/settings.ts')).addSettingsCommand },
  {
    names: ['doctor', 'setup'],
    load: async () => (await import('./commands/machine.ts')).addMachineCommands,
  },
];

/**
 * The command line. Usage errors are thrown as `CommanderError`; nothing ends the process.
 * @param command the first argument, so that only what it needs is loaded
 */
export async function createProgram(command: string | undefined): Promise<Command> {
  const program = new Command('counterpoise')
    .description('Balances imbalanced text datasets with one fine-tuned T5 per rare class.')
    .version(version())
    .showSuggestionAfterError(true)
    .exitOverride()
    // Errors are told in one place, by main.ts.
    .configureOutput({ outputError: () => {} });
  const wanted = GROUPS.find(({ names }) => names.includes(command ?? ''));
  for (const group of wanted ? [wanted] : GROUPS) (await group.load())(program);
  return program;
}

function version(): string {
  // From the sources the package file is one folder up, from the compiled files two.
  const up = import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json';
  return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
}
