import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RunInput } from '../../lib/settings/settings.ts';
import { DEMO_CORPUS, writeDemoCorpus } from '../demo-corpus/demo-corpus.ts';
import { homeFolder } from '../home.ts';
import { createOutput } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { startRun } from '../runs.ts';
import { withSession } from '../session.ts';
import { watchUntilDone } from '../watching/watch-run.ts';

interface DemoFlags {
  home?: string;
  set?: string[];
  keep?: boolean;
  json?: boolean;
}

/** The preset `recommended` with fewer methods. */
const SETTINGS = {
  preset: 'recommended',
  model: { scratch: 'tiny' },
  evaluation: {
    seeds: 5,
    methods: ['regular', 'oversample', 'wordEdits', 'generated', 'generatedOversample'],
  },
} satisfies Omit<RunInput, 'source'>;

/** Balances the demo corpus. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const home = homeFolder(flags.home);
  const corpus = join(home.path, 'demo', 'demo-pages.csv');
  const input = readRunInput({ set: flags.set }, { source: corpus, ...SETTINGS });
  await mkdir(join(home.path, 'demo'), { recursive: true });
  await writeDemoCorpus(corpus);
  createOutput(flags.json).say(`Demo corpus: ${DEMO_CORPUS.pages} pages in ${corpus}`);
  // A tiny T5 needs little memory, and gains nothing from a second thread.
  const demoFlags = { ...flags, embedded: true, modelSlots: availableParallelism() };
  await withSession(demoFlags, { worker: true }, async (session, output) => {
    const { workflowId } = await startRun(session.client, input);
    await watchUntilDone(session, workflowId, output);
  });
}
