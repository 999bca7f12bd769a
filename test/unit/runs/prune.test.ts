import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { S3Store } from '../../../lib/artifacts/s3-store.ts';
import { inputKey } from '../../../lib/artifacts/store.ts';
import { planPrune, prune } from '../../../lib/runs/prune.ts';
import { noteBranch, noteFinish, noteInputs, noteStart, noteUse } from '../../../lib/runs/run-record.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const settings = parseSettings({ source: '/pages.csv' });
const keyOf = (letter: string) => letter.repeat(32);
const NOW = new Date('2026-11-24T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

describe('pruning the artifacts', () => {
  let root: string;
  let store: FolderStore;
  beforeEach(() => {
    root = temporaryFolder();
    store = new FolderStore(root);
  });

  const publish = async (letter: string) => {
    const staging = await store.stagingFolder('merge', keyOf(letter));
    writeFileSync(join(staging, 'a.txt'), letter);
    const base = { manifestVersion: 1 as const, stage: 'merge', version: 1, parameters: {}, summary: {} };
    const manifest = await store.publish(staging, { ...base, key: keyOf(letter) });
    return store.references(manifest)['a.txt']!;
  };
  const use = async (workflowId: string, letter: string) => {
    await noteUse(store, workflowId, 'merge', keyOf(letter));
    return publish(letter);
  };
  const start = (runId: string, startedAt: string, dataset = 'pages') =>
    noteStart(store, { runId, dataset, startedAt });
  const finish = async (
    runId: string,
    finishedAt: string,
    { dataset = 'pages', previous = null }: { dataset?: string; previous?: string | null } = {},
  ) => {
    const train = await use(runId, runId.at(-1)!);
    const run = { runId, dataset, finishedAt, fingerprint: '', settings, train, classes: [], previous };
    await noteFinish(store, { ...run, evaluations: {} }, ['printing']);
  };
  const left = async () => {
    const letters: string[] = [];
    for await (const { key } of store.list()) letters.push(key[0]!);
    return letters.sort().join('');
  };
  const pruned = async (keepRuns: number) => {
    await prune(store, await planPrune(store, { keepRuns, unfinishedDays: 30, now: NOW }));
    return left();
  };

  it('keeps what the last runs of each dataset used, in their branches too', async () => {
    for (const [run, day, dataset] of [
      ['run-a', 9, 'pages'],
      ['run-b', 8, 'pages'],
      ['run-c', 7, 'pages'],
      ['run-d', 99, 'other'],
    ] as const) {
      await start(run, daysAgo(day), dataset);
      await finish(run, daysAgo(day), { dataset });
    }
    await use('run-a/printing', 'e');
    await use('run-c/printing', 'f');
    await publish('0');
    assert.equal(await pruned(2), 'bcdf');
    assert.equal(await pruned(1), 'cdf');
    assert.equal(await pruned(1), 'cdf', 'a second time changes nothing');
  });

  it('keeps what a run refers to that an older run made', async () => {
    await start('run-a', daysAgo(9));
    await finish('run-a', daysAgo(9));
    const model = await use('run-a/printing', 'e');
    await start('run-b', daysAgo(2));
    await noteBranch(store, 'run-b', {
      class: 'printing',
      model: { 'config.json': model },
      base: {},
      learntFrom: [],
      fineTune: settings.fineTune,
      generate: settings.generate,
      filter: settings.filter,
      kept: model,
      nextPrompt: 0,
    });
    await finish('run-b', daysAgo(1));
    assert.equal(await pruned(1), 'be');
  });

  it('keeps the run that a kept one took over from', async () => {
    for (const [run, day, previous] of [
      ['run-a', 9, null],
      ['run-b', 8, 'run-a'],
      ['run-c', 7, 'run-b'],
    ] as const) {
      await start(run, daysAgo(day));
      await finish(run, daysAgo(day), { previous });
    }
    assert.equal(await pruned(1), 'bc');
  });

  it('keeps what runs used that have not finished, until they count as lost', async () => {
    await start('run-a', daysAgo(40));
    await use('run-a', 'a');
    await start('run-b', daysAgo(20));
    await use('run-b/printing', 'b');
    await start('run-c', daysAgo(1));
    await finish('run-c', daysAgo(1));
    assert.equal(await pruned(1), 'bc');
    assert.equal(await store.notes.read('runs/run-a/started'), undefined);
  });

  it('tells runs apart whose ids begin alike, and long ids too', async () => {
    const long = `${'x'.repeat(400)}`;
    await start(long, daysAgo(1));
    await use(`${long}/printing`, 'a');
    await start('run', daysAgo(40));
    await start('run-b', daysAgo(1));
    await use('run/printing', 'c');
    await use('run-b', 'b');
    assert.equal(await pruned(1), 'ab');
  });

  it('spares what a run began to use after the plan was made', async () => {
    await publish('a');
    const plan = await planPrune(store, { keepRuns: 1, unfinishedDays: 30, now: NOW });
    assert.deepEqual(
      plan.artifacts.map(({ key }) => key),
      [keyOf('a')],
    );
    await start('run-b', NOW.toISOString());
    await use('run-b', 'a');
    await prune(store, plan);
    assert.equal(await left(), 'a');
  });
});

describe('pruning the inputs in a bucket', () => {
  it('keeps those of the last runs and of running ones', async () => {
    const { bucket } = await s3Server();
    const store = new S3Store(`s3://${bucket}/pruned-inputs`);
    const folder = temporaryFolder();
    const importFile = async (name: string) => {
      writeFileSync(join(folder, name), name);
      return store.importFile(join(folder, name));
    };
    for (const [run, day] of [
      ['run-a', 9],
      ['run-b', 1],
    ] as const) {
      await noteStart(store, { runId: run, dataset: 'pages', startedAt: daysAgo(day) });
      const train = await importFile(`${run}.csv`);
      await noteInputs(store, run, [train]);
      const finished = { runId: run, dataset: 'pages', finishedAt: daysAgo(day), fingerprint: '', settings };
      await noteFinish(store, { ...finished, train, classes: [], previous: null, evaluations: {} }, []);
    }
    await noteStart(store, { runId: 'run-c', dataset: 'pages', startedAt: daysAgo(0) });
    await noteInputs(store, 'run-c', [await importFile('running.csv')]);
    const gone = await importFile('run-a.csv');
    await prune(store, await planPrune(store, { keepRuns: 1, unfinishedDays: 30, now: NOW }));
    const left: string[] = [];
    for await (const { stage, key } of store.list()) left.push(`${stage} ${key}`);
    const kept = [await importFile('run-b.csv'), await importFile('running.csv')];
    assert.deepEqual(left.sort(), kept.map((each) => `inputs ${inputKey(each)}`).sort());
    assert.ok(!left.includes(`inputs ${inputKey(gone)}`));
  });
});
