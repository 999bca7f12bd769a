import { Command } from 'commander';
import { productVersion } from '../lib/settings/product-version.ts';
import { withExample } from './commands/flags.ts';

/** A module whose exports, by the names of commands, add arguments, flags and what they do. */
type Definitions = () => Promise<Record<string, (command: Command, createProgram: CreateProgram) => unknown>>;

/** Of the commands, the one that the arguments name has its flags, the others have name and summary. */
type CreateProgram = (argv: readonly string[] | 'every command') => Promise<Command>;

const datasets: Definitions = () => import('./commands/datasets.ts');
const machine: Definitions = () => import('./commands/machine.ts');
const models: Definitions = () => import('./commands/models.ts');
const runs: Definitions = () => import('./commands/runs.ts');
const schedules: Definitions = () => import('./commands/schedule.ts');
const workers: Definitions = () => import('./commands/worker.ts');

/** All commands, as help groups them: what each one does, and the module that is loaded for it alone. */
const COMMANDS: Record<string, Record<string, [does: string, definitions: Definitions]>> = {
  'Start here:': {
    setup: ['get the native parts: the TensorFlow binding and the Temporal server', machine],
    demo: [
      'balance a made-up corpus from start to end, with a Temporal server and a worker of its own',
      runs,
    ],
    plan: [
      'a dry run: prepare the corpus (kept for the run), say what would be trained and generated, and how long it takes',
      runs,
    ],
    run: ['balance a dataset: start a run and watch it', runs],
  },
  'Runs:': {
    watch: ['watch a run until it ends; the newest one when no ID is given', runs],
    status: ['show where a run is', runs],
    list: ['list the latest runs', runs],
    report: ["show a finished run's table and where its files are", runs],
    retry: ['try a branch again that waits for a decision', runs],
    skip: ['leave the class of a waiting branch as it is', runs],
    cancel: ['stop a run; its finished stages are kept', runs],
    schedule: ['runs that start by themselves', schedules],
    artifacts: ['what finished stages left in the artifact store', machine],
  },
  'Stages alone:': {
    clean: ['the prepare stage alone: clean, filter by language, trim, choose classes, split', datasets],
    pretrain: ['train tokenizer and T5 from random weights', models],
    finetune: ['fine-tune a T5', models],
    generate: ['generate a text for each prompt, by beam search or sampling', models],
    evaluate: ['compare the balancing methods on any files', datasets],
    fasttext: ["the classifier alone; flags are fastText's, with one dash or two", models],
  },
  'This machine:': {
    worker: ['work on runs until it is stopped', workers],
    doctor: ['what this machine has and lacks, and the command that fixes it', machine],
    settings: ['list all settings of a run with their defaults, as Markdown', machine],
    completion: ['print what completes commands and flags in a shell', machine],
  },
};

/** The command line. Usage errors are thrown as `CommanderError`; nothing ends the process. */
export const createProgram: CreateProgram = async (argv) => {
  const program = new Command('counterpoise')
    .description('Balances imbalanced text datasets with one fine-tuned T5 per rare class.')
    .version(productVersion())
    .showSuggestionAfterError(true)
    .exitOverride()
    // Errors are printed in one place, by main.ts.
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
