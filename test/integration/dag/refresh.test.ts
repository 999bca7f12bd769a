import assert from 'node:assert/strict';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { planPrune, prune } from '../../../lib/runs/prune.ts';
import type { RunComparison } from '../../../lib/runs/run-comparison-schema.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { classSlug } from '../../../lib/stages/class-slug.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import type { RunResult } from '../../../workflows/result.ts';
import { TASK_QUEUE } from '../../../workflows/task-queues.ts';
import { sideOf } from '../../unit/side-of.ts';
import { type System, smallRun, startSystem } from './system.ts';

type Row = Record<string, string>;

describe('a dataset that is scraped again', function () {
  this.timeout(600_000);
  let system: System;
  before(async () => {
    system = await startSystem();
    system.startWorker();
  });
  after(() => system?.stop());

  const run = async (workflowId: string) => {
    const input = smallRun(join(system.folder, 'scrape-*.csv'), { sourceSelection: 'newest' });
    await system.client.workflow.start('balanceDataset', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [input],
    });
    return (await system.client.workflow.getHandle(workflowId).result()) as RunResult;
  };
  const activitiesOf = async (runId: string, name: string) => {
    const handle = system.client.workflow.getHandle(`${runId}/${classSlug(name)}`);
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
    );
  };
  const writeScrape = (number: number, rows: Row[]) => {
    const path = join(system.folder, `scrape-${number}.csv`);
    writeFileSync(path, stringify(rows, { header: true }));
    utimesSync(path, number, number);
  };
  const textOf = (uri: string) => readFileSync(fileURLToPath(uri), 'utf8');

  it('is trained again only where it changed, and compared with the run before', async () => {
    const rows = parse(readFileSync(system.source), { columns: true, relax_column_count: true }) as Row[];
    const whole = rows.filter((row) => row.size !== undefined);
    writeScrape(1, whole);
    const first = await run('first');
    assert.deepEqual([first.changed, first.comparison], [true, undefined]);

    const [little, much] = Object.entries(first.classes)
      .filter(([, each]) => each.state !== 'kept')
      .map(([name]) => name);
    const { split } = parseSettings(smallRun('any'));
    const change = (name: string, count: number) => {
      // A row whose id comes twice may be the one that is replaced.
      const mine = whole.filter(
        (row) =>
          row.industry === name &&
          sideOf(row.id!, split) === 'train' &&
          whole.filter(({ id }) => id === row.id).length === 1,
      );
      for (const row of mine.slice(0, count))
        row.text = row.text!.replace(/\. |$/, '. We sell zeppelins to everybody near us. ');
    };
    change(little!, 1);
    change(much!, 9);
    writeScrape(2, whole);
    const second = await run('second');
    assert.equal(second.changed, true);
    const { stages } = await system.client.workflow.getHandle('second').query(progressQuery);
    assert.deepEqual([stages.model, stages.refresh], ['kept', 'done']);
    assert.ok(!(await activitiesOf('second', little!)).includes('fineTune'), 'the model is kept');
    assert.ok(!(await activitiesOf('second', little!)).includes('generate'), 'and so are its records');
    assert.ok((await activitiesOf('second', much!)).includes('fineTune'), 'the other one is trained again');
    const wanted = second.classes[little!]!;
    assert.equal(wanted.train + wanted.generated, Math.max(30, wanted.train));

    const comparison = JSON.parse(textOf(second.comparison!.uri)) as RunComparison;
    assert.equal(comparison.previous.runId, 'first');
    assert.deepEqual([comparison.keptModels, comparison.trainedAgain], [[little], [much]]);
    const changed = comparison.classes.find(({ name }) => name === little)!.change!;
    assert.deepEqual([changed.added, changed.removed, changed.changed], [0, 0, 1]);
    assert.ok(comparison.vocabulary.risen.some(({ word }) => word === 'zeppelins'));
    assert.equal(comparison.methods.generated!.macroF1.before, first.methods.generated!.macroF1);
    assert.equal(comparison.methods.generated!.macroF1.after, second.methods.generated!.macroF1);
  });

  it('is left alone where nothing changed, after older artifacts were pruned too', async () => {
    const before = await system.client.workflow.getHandle('second').result();
    const again = await run('third');
    assert.deepEqual({ ...again, runId: '' }, { ...before, runId: '', changed: false });
    const { changed, stages } = await system.client.workflow.getHandle('third').query(progressQuery);
    assert.deepEqual([changed, stages.report], [false, 'cached']);

    rmSync(join(system.folder, 'scrape-1.csv'));
    const store = new FolderStore(system.store);
    const plan = await planPrune(store, { keepRuns: 1, unfinishedDays: 60, now: new Date() });
    await prune(store, plan);
    assert.equal((await run('fourth')).changed, false);
  });
});
