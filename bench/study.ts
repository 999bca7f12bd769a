/**
 * What generated records are worth: the preset `recommended` on several sets and splits, beside its rivals and beside
 * changes to the preset.
 *
 *     npm run study -- [--data FOLDER] [--splits 5] [--ablation-splits 3] [--folder FOLDER] [--only SET,SET]
 *
 * Each run is one of the product's, with a server and a worker of its own. What is finished is kept in the folder, so
 * that a study that was stopped goes on where it was. Writes docs/study.md.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from '@temporalio/client';
import { parse } from 'csv-parse/sync';
import { connect } from '../client/connection.ts';
import { startEmbedded } from '../client/embedded.ts';
import { homeFolder } from '../client/home.ts';
import { startRun } from '../client/runs.ts';
import { sumBy } from '../lib/arithmetic/sums.ts';
import type { Page } from '../lib/corpus/page.ts';
import { evaluateMethod } from '../lib/evaluation/evaluate-method.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunResult } from '../workflows/result.ts';
import { findSets, inputOf, PRESET, type StudySet, VARIANTS } from './study/sets.ts';
import { type StudyRun, studyPage } from './study/tables.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    folder: { type: 'string', default: '.counterpoise/study' },
    splits: { type: 'string', default: '5' },
    'ablation-splits': { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const folder = resolve(values.folder);
const resultsFile = join(folder, 'results.json');

const isDone = (runs: readonly StudyRun[], { name }: StudySet, variant: string, split: number) =>
  runs.some((run) => run.set === name && run.variant === variant && run.split === split);

async function run(client: Client, set: StudySet, variant: string, split: number): Promise<StudyRun> {
  const input = inputOf(set, variant, split);
  const begun = performance.now();
  const id = `${set.name}-${variant}-${split}-${Date.now()}`.replaceAll(' ', '-');
  const result = await (await startRun(client, input, id)).result();
  return {
    set: set.name,
    variant,
    split,
    seconds: Math.round((performance.now() - begun) / 1000),
    macroF1: Object.fromEntries(
      Object.entries(result.protocols).map(([protocol, methods]) => [
        protocol,
        Object.fromEntries(Object.entries(methods).map(([method, { macroF1 }]) => [method, macroF1])),
      ]),
    ),
    ...sizesOf(result),
    ...(await branchesOf(result)),
    ...(variant === PRESET && { readAsTheirClass: await readAsTheirClass(result, input.source as string) }),
  };
}

function sizesOf({ classes }: RunResult) {
  const sum = (count: (each: RunResult['classes'][string]) => number) => sumBy(Object.values(classes), count);
  return {
    train: sum(({ train }) => train),
    test: sum(({ test }) => test),
    kept: sum((each) => each.generated),
  };
}

/** What the report says of the branches: records wanted, and the loss before and at the end. */
async function branchesOf({ report }: RunResult) {
  const text = await readFile(new URL('report.json', report.uri), 'utf8');
  const { classes } = JSON.parse(text) as {
    classes: Record<string, { branch?: { wanted: number; learnt?: { before: number; lastEpoch: number } } }>;
  };
  const branches = Object.values(classes).flatMap(({ branch }) => branch ?? []);
  return {
    wanted: sumBy(branches, ({ wanted }) => wanted),
    lossRatios: branches.flatMap(({ learnt }) => (learnt ? [learnt.lastEpoch / learnt.before] : [])),
  };
}

/** Share of the generated records that a classifier, trained on the real ones of all classes, gives their class. */
async function readAsTheirClass({ dataset }: RunResult, source: string): Promise<number> {
  const records: (Page & { origin: string })[] = parse(await readFile(new URL(dataset.uri)), {
    columns: true,
  });
  const { classifier, evaluation } = parseSettings({ source, evaluation: { protocols: ['tuned'] } });
  const { result } = await evaluateMethod({
    method: 'oversample',
    train: records.filter(({ origin }) => origin === 'real'),
    test: records.filter(({ origin }) => origin !== 'real'),
    classifier,
    evaluation,
  });
  return result.microF1;
}

await mkdir(folder, { recursive: true });
const all = await findSets(resolve(values.data), folder);
const sets = all.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
const runs: StudyRun[] = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : [];
const home = homeFolder(folder);
const embedded = await startEmbedded(home, {
  worker: true,
  modelSlots: availableParallelism(),
  say: () => {},
});
const { client, close } = await connect({ address: embedded.address }, home);
try {
  for (const variant of Object.keys(VARIANTS)) {
    const splits = Number(variant === PRESET ? values.splits : values['ablation-splits']);
    for (let split = 1; split <= splits; split++)
      for (const set of sets) {
        if (isDone(runs, set, variant, split)) continue;
        const done = await run(client, set, variant, split);
        runs.push(done);
        await writeFile(resultsFile, JSON.stringify(runs, null, 1));
        process.stdout.write(`${set.name}, ${variant}, split ${split}: ${done.seconds} s\n`);
      }
  }
} finally {
  await close();
  await embedded.stop();
}
await writeFile(new URL('../docs/study.md', import.meta.url), studyPage(runs));
process.exit(0);
