import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeDemoCorpus } from '../demo-corpus/demo-corpus.ts';
import { DEMO_CORPUS, demoSettings } from '../demo-settings.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { startRun } from '../runs.ts';
import { withSession } from '../session.ts';
import { watchToTheEnd } from './run.ts';

interface DemoFlags {
  home?: string;
  set?: string[];
  keep?: boolean;
  json?: boolean;
}

/** Balances the demo corpus. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const home = homeFolder(flags.home);
  const corpus = join(home.path, 'demo', 'demo-pages.csv');
  const input = readRunInput({ set: flags.set }, demoSettings(corpus));
  await mkdir(join(home.path, 'demo'), { recursive: true });
  await writeDemoCorpus(corpus, DEMO_CORPUS);
  createOutput(flags.json).say(`Demo corpus: ${DEMO_CORPUS.pages} pages in ${corpus}`);
  // A tiny T5 needs little memory, and gains nothing from a second thread.
  const demoFlags = { ...flags, embedded: true, modelSlots: availableParallelism() };
  await withSession(demoFlags, { worker: true }, async (session, output) => {
    const { workflowId } = await startRun(session.client, input);
    await watchToTheEnd(session, workflowId, output);
    if (!flags.keep)
      output.say(`See the run in Temporal's Web UI: counterpoise status ${workflowId} --embedded --keep`);
  });
}
