import type { Command } from 'commander';
import {
  addInputFlags,
  addSessionFlags,
  collected,
  requireSources,
  wholeNumber,
  withExample,
} from './flags.ts';

export function run(command: Command): void {
  withExample(command, 'npx counterpoise run --source scrape.csv --preset recommended --embedded');
  addInputFlags(command)
    .option('--detach', 'start the run and exit')
    .option('--dry-run', 'do not start a run: same as plan')
    .option('--priority <n>', '1 (first) to 5 (default 3), if the server supports priorities', wholeNumber(1))
    .option('--workflow-id <id>', 'id of the run (default counterpoise-<dataset>-<time>)');
  addSessionFlags(command, { embedded: true });
  addWorkerFlags(command)
    .option('--json', 'print the result as one line of JSON')
    .addHelpText('after', '\nAll settings with their defaults: npx counterpoise settings')
    .action(async (flags) => {
      // A remote worker may have files that this machine does not.
      if (flags.embedded || flags.dryRun) requireSources(flags.source);
      await (await import('../actions/run.ts')).runDataset(flags);
    });
}

const ofRun = (command: Command, example: string) =>
  addSessionFlags(withExample(command, example).argument('[id]', 'id of the run (default: the newest)'), {
    embedded: true,
  });

export function watch(command: Command): void {
  ofRun(command, 'npx counterpoise watch --embedded');
  addWorkerFlags(command)
    .option('--json', 'print the result as one line of JSON')
    .action(async (id, flags) => (await import('../actions/run.ts')).watch(id, flags));
}

const addWorkerFlags = (command: Command) =>
  command
    .option('--store <folder>', 'with --embedded: the artifact store (default <home>/artifacts)')
    .option('--model-slots <n>', 'with --embedded: concurrent model processes', wholeNumber(1));

export const list = (command: Command) =>
  addSessionFlags(withExample(command, 'npx counterpoise list --embedded'), { embedded: true })
    .option('--json', 'print the list as one line of JSON')
    .action(async (flags) => (await import('../actions/inspect.ts')).showRuns(flags));

export const status = (command: Command) =>
  ofRun(command, 'npx counterpoise status --embedded --keep')
    .option('--json', 'print it as one line of JSON')
    .action(async (id, flags) => (await import('../actions/inspect.ts')).showStatus(id, flags));

export const report = (command: Command) =>
  ofRun(command, 'npx counterpoise report --embedded --out balanced')
    .option('--out <folder>', 'copy report and balanced dataset to this folder')
    .option('--push <owner/name>', 'upload them to a Hugging Face dataset repository (HF_TOKEN)')
    .option('--models', "with --push: also upload each class's fine-tuned T5, under models/")
    .option('--json', 'print the result as one line of JSON')
    .action(async (id, flags) => (await import('../actions/inspect.ts')).showReport(id, flags));

export const cancel = (command: Command) =>
  ofRun(command, 'npx counterpoise cancel')
    .option('--json', 'print the outcome as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).cancelAndWait(id, flags));

export const retry = (command: Command) =>
  ofRun(command, 'npx counterpoise retry --class printing --set fineTune.batchSize=4')
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--set <path=value>', 'change a setting, e.g. fineTune.batchSize=4; repeatable', collected)
    .option('--json', 'print the branch as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).retry(id, flags));

export const skip = (command: Command) =>
  ofRun(command, 'npx counterpoise skip --class printing --reason "too few records"')
    .requiredOption('--class <name>', 'the class of the branch')
    .option('--reason <text>', 'the reason, shown in the report')
    .option('--json', 'print the branch as one line of JSON')
    .action(async (id, flags) => (await import('../actions/decide.ts')).skip(id, flags));

export const plan = (command: Command) =>
  addInputFlags(withExample(command, 'npx counterpoise plan --source scrape.csv --preset recommended'))
    .option('--workers <n>', 'plan for this many machines like this one', wholeNumber(1), 1)
    .option('--model-slots <n>', 'concurrent model processes on each', wholeNumber(1))
    .option('--store <folder>', 'the artifact store (default <home>/artifacts)')
    .option('--home <folder>', 'folder for run data (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--json', 'print the plan as one line of JSON')
    .action(async (flags) => {
      requireSources(flags.source);
      await (await import('../actions/plan.ts')).planRun(flags);
    });

export const demo = (command: Command) =>
  withExample(command, 'npx counterpoise demo --keep')
    .option('--home <folder>', 'folder for run data (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--set <path=value>', 'change a setting, e.g. fineTune.epochs=5; repeatable', collected)
    .option('--keep', 'keep running for the Web UI until Ctrl-C')
    .option('--json', 'print the result as one line of JSON')
    .action(async (flags) => (await import('../actions/demo.ts')).runDemo(flags));
