import { Command } from 'commander';
import { productVersion } from '../lib/settings/product-version.ts';
import { withExample } from './commands/flags.ts';

interface Entry {
  does: string;
  /** A line to copy. */
  example: string;
  /** Adds arguments, flags and what it does; loaded for the command at hand alone. */
  load: () => Promise<(command: Command) => unknown>;
}

/** All commands, as help groups them. What a command needs to work is loaded when it runs. */
const COMMANDS: Record<string, Record<string, Entry>> = {
  'Start here:': {
    setup: {
      does: 'get the native parts: the TensorFlow binding and the Temporal server',
      example: 'counterpoise setup',
      load: async () => (await import('./commands/machine.ts')).defineSetup,
    },
    demo: {
      does: 'balance a made-up corpus from start to end, with a Temporal server and a worker of its own',
      example: 'counterpoise demo --keep',
      load: async () => (await import('./commands/runs.ts')).defineDemo,
    },
    plan: {
      does: 'a dry run: what would be cleaned, trained and generated, and how long it takes here',
      example: 'counterpoise plan --source scrape.csv --preset recommended',
      load: async () => (await import('./commands/runs.ts')).definePlan,
    },
    run: {
      does: 'balance a dataset: start a run and watch it',
      example: 'counterpoise run --source scrape.csv --preset recommended --embedded',
      load: async () => (await import('./commands/runs.ts')).defineRun,
    },
  },
  'Runs:': {
    watch: {
      does: 'watch a run until it ends; the newest one when no ID is given',
      example: 'counterpoise watch --embedded',
      load: async () => (await import('./commands/runs.ts')).defineWatch,
    },
    status: {
      does: 'show where a run is',
      example: 'counterpoise status --embedded --keep',
      load: async () => (await import('./commands/runs.ts')).defineStatus,
    },
    report: {
      does: "show a finished run's table and where its files are",
      example: 'counterpoise report --embedded --out balanced',
      load: async () => (await import('./commands/runs.ts')).defineReport,
    },
    retry: {
      does: 'try a branch again that waits for a decision',
      example: 'counterpoise retry --class printing --set fineTune.batchSize=4',
      load: async () => (await import('./commands/runs.ts')).defineRetry,
    },
    skip: {
      does: 'leave the class of a waiting branch as it is',
      example: 'counterpoise skip --class printing --reason "too few records"',
      load: async () => (await import('./commands/runs.ts')).defineSkip,
    },
    cancel: {
      does: 'stop a run; its finished stages are kept',
      example: 'counterpoise cancel',
      load: async () => (await import('./commands/runs.ts')).defineCancel,
    },
    schedule: {
      does: 'runs that start by themselves',
      example: 'counterpoise schedule list',
      load: async () => (await import('./commands/schedule.ts')).defineSchedule,
    },
    artifacts: {
      does: 'what finished stages left in the artifact store',
      example: 'counterpoise artifacts prune --keep-runs 3 --dry-run',
      load: async () => (await import('./commands/machine.ts')).defineArtifacts,
    },
  },
  'Stages alone:': {
    clean: {
      does: 'the prepare stage alone: clean, filter by language, trim, choose classes, split',
      example: 'counterpoise clean scrape.csv --out cleaned --columns label=topic,text=body',
      load: async () => (await import('./commands/datasets.ts')).defineClean,
    },
    pretrain: {
      does: 'train tokenizer and T5 from random weights',
      example: 'counterpoise pretrain --texts texts.jsonl --out model --size tiny',
      load: async () => (await import('./commands/models.ts')).definePretrain,
    },
    finetune: {
      does: 'fine-tune a T5',
      example: 'counterpoise finetune --model model --texts texts.jsonl --out tuned --epochs 3',
      load: async () => (await import('./commands/models.ts')).defineFinetune,
    },
    generate: {
      does: 'generate a text for each prompt, by beam search or sampling',
      example: 'counterpoise generate --model tuned --prompts prompts.jsonl --out records.jsonl',
      load: async () => (await import('./commands/models.ts')).defineGenerate,
    },
    evaluate: {
      does: 'compare the balancing methods on any files',
      example: 'counterpoise evaluate --train train.csv --test test.csv --add generated.csv',
      load: async () => (await import('./commands/datasets.ts')).defineEvaluate,
    },
    fasttext: {
      does: "the classifier alone; flags are fastText's, with one dash or two",
      example: 'counterpoise fasttext train -input train.txt -output model',
      load: async () => (await import('./commands/models.ts')).defineFastText,
    },
  },
  'This machine:': {
    worker: {
      does: 'work on runs until it is stopped',
      example: 'counterpoise worker --address temporal.example:7233 --store s3://bucket/counterpoise',
      load: async () => (await import('./commands/worker.ts')).defineWorker,
    },
    doctor: {
      does: 'what this machine has and lacks, and the command that fixes it',
      example: 'counterpoise doctor',
      load: async () => (await import('./commands/machine.ts')).defineDoctor,
    },
    settings: {
      does: 'list all settings of a run with their defaults, as Markdown',
      example: 'counterpoise settings > settings.md',
      load: async () => (await import('./commands/machine.ts')).defineSettings,
    },
  },
};

/**
 * The command line. Usage errors are thrown as `CommanderError`; nothing ends the process.
 * @param argv the arguments: of the commands, the one that they name has its flags, the others have name and summary
 */
export async function createProgram(argv: readonly string[]): Promise<Command> {
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
    for (const [name, { does, example, load }] of Object.entries(entries)) {
      const command = withExample(program.command(name).description(does), example);
      if (name === wanted) (await load())(command);
    }
  }
  program.helpCommand('help [command]', 'show the flags of a command');
  return withExample(program, 'counterpoise run --source scrape.csv --preset recommended --embedded');
}
