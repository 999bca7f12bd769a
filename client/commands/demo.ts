import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { writeDemoCorpus } from '../demo-corpus/demo-corpus.ts';
import { DEMO_CORPUS, demoSettings } from '../demo-settings.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { startRun } from '../runs.ts';
import { withSession } from '../session.ts';
import { collected } from './flags.ts';
import { watchToTheEnd } from './run.ts';

interface DemoFlags {
  home?: string;
  set?: string[];
  keep?: boolean;
  json?: boolean;
}

/** `demo`. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('balance a made-up corpus from start to end, with a Temporal server and a worker of its own')
    .option('--home <folder>', 'where it leaves its files (COUNTERPOISE_HOME; default .counterpoise)')
    .option('--set <path=value>', 'change a setting, as fineTune.epochs=5; may be repeated', collected)
    .option('--keep', 'stay up for the Web UI until Ctrl-C')
    .option('--json', 'print the result as one line of JSON')
    .action(runDemo);
}

async function runDemo(flags: DemoFlags): Promise<void> {
  const output = createOutput(flags.json);
  const home = homeFolder(flags.home);
  const corpus = join(home.path, 'demo', 'demo-pages.csv');
  const input = readRunInput({ base: demoSettings(corpus), assignments: flags.set });
  await mkdir(join(home.path, 'demo'), { recursive: true });
  await writeDemoCorpus(corpus, DEMO_CORPUS);
  output.say(`Demo corpus: ${DEMO_CORPUS.pages} pages in ${corpus}`);
  // A tiny T5 needs little memory, and gains nothing from a second thread.
  const demoFlags = { ...flags, embedded: true, modelSlots: availableParallelism() };
  await withSession(demoFlags, output, { worker: true }, async (session) => {
    const { workflowId } = await startRun(session.client, input);
    await watchToTheEnd(session, workflowId, output);
    if (!flags.keep)
      output.say(`See the run in Temporal's Web UI: counterpoise status ${workflowId} --embedded --keep`);
  });
}
