import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOutcome } from '../../../client/outcome.ts';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import type { ArtifactReference } from '../../../lib/artifacts/reference.ts';
import { reportSchema } from '../../../lib/report/schema.ts';
import { type ReportParameters, report } from '../../../lib/stages/report.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { summariseRun } from '../../../workflows/result.ts';
import { parseDocument } from '../report/document.ts';
import { auditOf, evaluationsOf, findingsOf, timingOf } from '../report/findings.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the report stage', () => {
  const folder = temporaryFolder();
  let files = 0;
  const file = (content: unknown, lines = false): Promise<ArtifactReference> => {
    const path = join(folder, `${files++}.json`);
    const text = lines
      ? (content as unknown[]).map((line) => `${JSON.stringify(line)}\n`).join('')
      : JSON.stringify(content);
    writeFileSync(path, text);
    return referToFile(path);
  };

  /** A run of two rare classes, of which one was skipped, as the workflow hands it over. */
  async function parameters(change: Partial<ReportParameters> = {}): Promise<ReportParameters> {
    const { dataset, settings, preparation, classes, evaluations, comparison } = findingsOf();
    const pages = Array.from({ length: 12 }, (_, at) => ({
      id: `p${at}`,
      text: `page ${at}`,
      label: 'printing',
    }));
    const kept = Array.from({ length: 40 }, (_, at) => ({
      id: `generated-printing-${at}`,
      text: `<b>text</b> ${at} ${'word '.repeat(200)}`,
      label: 'printing',
      prompt: `summarize: printing. ${at}`,
    }));
    const texts = await file(pages, true);
    return {
      dataset,
      settings,
      sources: [await file('the source')],
      preparation: await file(preparation),
      classes: classes.map((each) => ({ ...each, texts: each.name === 'printing' ? texts : undefined })),
      branches: [
        {
          class: 'printing',
          state: 'balanced',
          wanted: 50,
          kept: await file(kept, true),
          dropped: await file([{ reason: 'copied', prompt: 'summarize: printing. x', text: 'page 1' }], true),
          losses: await file([{ step: 1, loss: 3 }]),
          filter: { kept: 40, dropped: { copied: 1 } },
        },
        { class: 'dairy', state: 'skipped', wanted: 90, reason: 'skipped by hand' },
      ],
      evaluations: await Promise.all(evaluations.map((evaluation) => file(evaluation))),
      comparison: await file(comparison),
      audit: await file({ overlapWords: 13, classes: [auditOf('printing')] }),
      ...change,
    };
  }

  const run = (given: ReportParameters, store = new FolderStore(join(folder, `store-${files++}`))) =>
    runStage(store, report, given);

  it('writes page, data, card and charts', async () => {
    const result = await run(await parameters());
    const names = Object.keys(result.files);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('charts/')),
      ['README.md', 'report.html', 'report.json'],
    );
    const charts = names.filter((name) => name.startsWith('charts/'));
    assert.equal(charts.length, 16);
    for (const name of charts.filter((each) => each.endsWith('.svg')))
      assert.ok(charts.includes(name.replace('.svg', '.png')), name);
    assert.match(result.summary.verdict.sentence, /^One seed cannot tell the methods apart/);
  });

  it('holds data that its own schema takes, with a random handful of each kind of text', async () => {
    const result = await run(await parameters());
    const text = await readFile(fileURLToPath(result.files['report.json']!.uri), 'utf8');
    const data = reportSchema.parse(JSON.parse(text));
    const { samples } = data.classes.printing!.branch!;
    assert.equal(samples.real.length, 3);
    for (const real of samples.real) assert.match(real, /^page \d+$/);
    assert.equal(samples.generated.length, 3);
    assert.ok(samples.generated.every((sample) => sample.text.length <= 361 && sample.text.endsWith('…')));
    assert.deepEqual(samples.dropped, [
      { prompt: 'summarize: printing. x', text: 'page 1', reason: 'copied' },
    ]);
    assert.equal(data.classes.dairy!.branch!.reason, 'skipped by hand');
  });

  it('decides the verdict once: page, data, card and the table on the command line say the same', async () => {
    const figures = {
      paper: { regular: [0.1, 0.1], generated: [0.6, 0.6] },
      tuned: { regular: [0.7, 0.7], generated: [0.6, 0.6] },
    };
    const { evaluations, comparison } = findingsOf(undefined, {
      evaluations: evaluationsOf(figures, ['retail', 'printing', 'dairy']),
    });
    const result = await run(
      await parameters({
        evaluations: await Promise.all(evaluations.map((evaluation) => file(evaluation))),
        comparison: await file(comparison),
      }),
    );
    const textOf = (name: string) => readFile(fileURLToPath(result.files[name]!.uri), 'utf8');
    const { verdict } = result.summary;
    assert.match(
      verdict.sentence,
      /^Tune the classifier; no balancing can be told to do better than Regular/,
    );
    assert.match(
      verdict.paper!,
      /otherwise\. Add the generated records\. Gains in macro F1 at a fixed number of epochs/,
    );
    assert.deepEqual(reportSchema.parse(JSON.parse(await textOf('report.json'))).verdict, verdict);
    const header = parseDocument(await textOf('report.html')).querySelector('header')!;
    const card = await textOf('README.md');
    const balanced = { ...result, files: { 'balanced.csv': result.files['README.md']! } };
    const table = describeOutcome({
      ...summariseRun('run', { classes: [], train: 0, test: 0 }, [], [], balanced, result),
      changed: true,
    });
    for (const words of [verdict.sentence, verdict.paper!, ...verdict.cautions])
      for (const [where, text] of Object.entries({ page: header.textContent!, card, table }))
        assert.ok(text.includes(words), `${where} says: ${words}`);
  });

  it('tells what each step took, and what the run', async () => {
    const given = await parameters({
      made: { prepare: timingOf(0, 60), 'compare with the previous run': undefined },
    });
    given.branches[0]!.made = { fineTune: timingOf(30, 60), generate: timingOf(600, 5) };
    const { files } = await run(given);
    const { provenance } = reportSchema.parse(
      JSON.parse(await readFile(fileURLToPath(files['report.json']!.uri), 'utf8')),
    );
    assert.deepEqual(
      provenance.steps.map(({ step, class: name, seconds }) => [step, name, seconds]),
      [
        ['prepare', undefined, 60],
        ['fineTune', 'printing', 60],
        ['generate', 'printing', 5],
      ],
    );
    assert.equal(provenance.run!.seconds, 95);
    assert.deepEqual(provenance.machines, timingOf(0, 1).machines);
  });

  it('gives the same bytes again, in another store and from files elsewhere', async () => {
    const [one, other] = [await run(await parameters()), await run(await parameters())];
    assert.equal(one.key, other.key);
    const digests = (files: Record<string, ArtifactReference>) =>
      Object.fromEntries(Object.entries(files).map(([name, { digest }]) => [name, digest]));
    assert.deepEqual(digests(one.files), digests(other.files));
  });

  it('reports a run in which nothing was generated', async () => {
    const given = await parameters({
      branches: [],
      evaluations: [],
      comparison: await file({ protocols: {} }),
      audit: await file({ overlapWords: 13, classes: [] }),
    });
    const { summary, files } = await run(given);
    assert.equal(summary.verdict.sentence, 'No records were generated, so there is nothing to judge.');
    assert.match(await readFile(fileURLToPath(files['report.html']!.uri), 'utf8'), /<!doctype html>/);
  });

  it('stops when it is told to', async () => {
    const store = new FolderStore(join(folder, 'stopped'));
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(runStage(store, report, await parameters(), { signal }), /enough|abort/i);
  });
});
