/**
 * How near `plan` comes: plans runs of different size, runs each at once after its plan, and compares the times.
 *
 *     npx tsx bench/plan-accuracy.ts [--cases 1,2,3,4,5] [--folder DIR]
 *
 * A run's time is that of its workflow, from its start to its end, with a server and a worker of its own. The plan has
 * prepared its corpus, so that preparing is in neither time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../client/connection.ts';
import { writeDemoCorpus } from '../client/demo-corpus/demo-corpus.ts';
import { startEmbedded } from '../client/embedded.ts';
import { homeFolder } from '../client/home.ts';
import { makePlan } from '../client/make-plan.ts';
import { startRun } from '../client/runs.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import type { RunInput } from '../lib/settings/settings.ts';

interface Case {
  pages: number;
  settings: Omit<RunInput, 'source'>;
}

const short = { minLength: 20, maxLength: 40, numBeams: 2, maxPromptTokens: 48, maxRounds: 1 };

const CASES: Case[] = [
  {
    pages: 600,
    settings: {
      classes: { frequent: 2, rare: 1, minRecords: 5 },
      model: { scratch: 'tiny', epochs: 1 },
      fineTune: { epochs: 1, learningRate: 5e-4 },
      generate: { ...short, target: 40 },
    },
  },
  {
    pages: 1200,
    settings: {
      classes: { frequent: 2, rare: 2, minRecords: 5 },
      model: { scratch: 'tiny', epochs: 2 },
      fineTune: { epochs: 3, learningRate: 5e-4 },
      generate: { ...short, target: 90 },
    },
  },
  {
    pages: 2500,
    settings: {
      classes: { frequent: 3, rare: 3, minRecords: 5 },
      model: { scratch: 'tiny' },
      fineTune: { epochs: 5, learningRate: 5e-4, maxInputTokens: 64, maxTargetTokens: 64 },
      generate: { ...short, target: 120, maxLength: 64, numBeams: 4 },
    },
  },
  {
    pages: 6000,
    settings: {
      classes: { frequent: 5, rare: 5, minRecords: 30 },
      model: { scratch: 'tiny' },
      fineTune: { epochs: 3, learningRate: 5e-4, maxInputTokens: 64, maxTargetTokens: 64 },
      generate: { ...short, target: 150 },
    },
  },
  {
    pages: 1500,
    settings: {
      classes: { frequent: 2, rare: 2, minRecords: 5 },
      model: { scratch: 'small', epochs: 1 },
      fineTune: { epochs: 2 },
      generate: { ...short, target: 100, maxLength: 64 },
    },
  },
];

async function measure(number: number, folder: string): Promise<void> {
  const { pages, settings } = CASES[number - 1]!;
  const source = join(folder, `pages-${number}.csv`);
  await writeDemoCorpus(source, { seed: number, pages });
  const home = homeFolder(join(folder, `home-${number}`));
  const input = { source, ...settings };
  const signal = new AbortController().signal;
  const begun = performance.now();
  const plan = await makePlan(input, await openStore(home.store), {
    workers: 1,
    signal,
    onProgress: () => {},
  });
  const planning = (performance.now() - begun) / 1000;
  const embedded = await startEmbedded(home, { worker: true, say: () => {} });
  try {
    const { client, close } = await connect({ address: embedded.address }, home);
    const handle = await startRun(client, input, `case-${number}`);
    await handle.result();
    const { startTime, closeTime } = await handle.describe();
    const took = (closeTime!.getTime() - startTime.getTime()) / 1000;
    const { total, ...parts } = plan.estimate;
    const ratio = total / took;
    process.stdout.write(
      `| ${number} | ${pages} | ${plan.work.branches.length} | ${total.toFixed(0)} | ${took.toFixed(0)} | ${ratio.toFixed(2)} | ${planning.toFixed(0)} |\n`,
    );
    process.stderr.write(`${JSON.stringify({ number, parts, speeds: plan.speeds })}\n`);
    await close();
  } finally {
    await embedded.stop();
  }
}

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1,2,3,4,5' }, folder: { type: 'string' } },
});
const folder = values.folder ? resolve(values.folder) : await mkdtemp(join(tmpdir(), 'plan-accuracy-'));
process.stdout.write(
  '| case | pages | branches | planned s | took s | planned / took | planning s |\n| --- | --- | --- | --- | --- | --- | --- |\n',
);
for (const number of values.cases.split(',').map(Number)) await measure(number, folder);
if (!values.folder) await rm(folder, { recursive: true, force: true });
process.exit(0);
