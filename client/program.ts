import { Command } from 'commander';
import { productVersion } from '../lib/settings/product-version.ts';
import { withExample } from './commands/flags.ts';

/** A module that exports, by command name, functions that add arguments, flags and actions. */
type Definitions = () => Promise<Record<string, (command: Command, createProgram: CreateProgram) => unknown>>;

/** Only the command named in the arguments gets its flags; the others have only a name and a summary. */
type CreateProgram = (argv: readonly string[] | 'every command') => Promise<Command>;

const datasets: Definitions = () => import('./commands/datasets.ts');
const machine: Definitions = () => import('./commands/machine.ts');
const models: Definitions = () => import('./commands/models.ts');
const runs: Definitions = () => import('./commands/runs.ts');
const schedules: Definitions = () => import('./commands/schedule.ts');
const workers: Definitions = () => import('./commands/worker.ts');

/** All commands, grouped as in help: a summary, and the module that is loaded on demand. */
const COMMANDS: Record<string, Record<string, [does: string, definitions: Definitions]>> = {
  'Start here:': {
    setup: ['install the native parts: the TensorFlow binding and the Temporal server', machine],
    demo: ['balance a synthetic corpus end to end, with its own Temporal server and worker', runs],
    plan: [
      'dry run: prepare the corpus (kept for the run), show what would be trained and generated, and how long it takes',
      runs,
    ],
    run: ['balance a dataset: start a run and watch it', runs],
  },
  'Runs:': {
    watch: ['watch a run until it ends; the newest one by default', runs],
    status: ['show the status of a run', runs],
    list: ['list the latest runs', runs],
    report: ["show a finished run's results and where its files are", runs],
    retry: ['retry a branch that waits for a decision', runs],
    skip: ['skip a waiting branch; its class is left as it is', runs],
    cancel: ['stop a run; its finished stages are kept', runs],
    schedule: ['manage scheduled runs', schedules],
    artifacts: ['manage the artifact store', machine],
  },
  'Single stages:': {
    clean: ['run the prepare stage: clean, filter by language, trim, choose classes, split', datasets],
    pretrain: ['train a tokenizer and a T5 from scratch', models],
    finetune: ['fine-tune a T5', models],
    generate: ['generate a text for each prompt, by beam search or sampling', models],
    evaluate: ['compare the balancing methods on any files', datasets],
    fasttext: ["run the built-in fastText, with fastText's flags (one dash or two)", models],
  },
  'This machine:': {
    worker: ['run a worker until it is stopped', workers],
    doctor: ['check what this machine has and lacks, and how to fix it', machine],
    settings: ['list all settings of a run with their defaults, as Markdown', machine],
    completion: ['print a shell completion script', machine],
  },
};

/** The command line. Throws usage errors as `CommanderError` instead of exiting. */
export const createProgram: CreateProgram = async (argv) => {
  const program = new Command('counterpoise')
    .description('Balances imbalanced text datasets with one fine-tuned T5 per rare class.')
    .version(productVersion())
    .showSuggestionAfterError(true)
    .exitOverride()
    // main.ts prints all errors.
    .configureOutput({ outputError: () => {} });
  const [wanted] = argv[0] === 'help' ? argv.slice(1) : argv;
  for (const [group, entries] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const [name, [does, definitions]] of Object.entries(entries)) {
      const command = program.command(name).description(does);
      if (name === wanted || argv === 'every command') (await definitions())[name]!(command, createProgram);
    }
  }
  program.helpCommand('help [command]', 'show the flags of a command');
  return withExample(program, 'npx counterpoise run --source scrape.csv --preset recommended --embedded');
};
