import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import type { ArtifactReference } from '../../../lib/artifacts/reference.ts';
import type { Page } from '../../../lib/corpus/page.ts';
import type { Comparison } from '../../../lib/evaluation/comparison.ts';
import { METHODS } from '../../../lib/settings/method-table.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { type Audit, audit } from '../../../lib/stages/audit.ts';
import { chooseAmount } from '../../../lib/stages/choose-amount.ts';
import { compare } from '../../../lib/stages/compare.ts';
import { evaluate } from '../../../lib/stages/evaluate.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { makePages } from '../evaluation/pages.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writePages } from '../write-pages.ts';

const { classifier, evaluation } = settingsSchema.parse({
  source: 'none',
  classifier: { dim: 10, lr: 0.5 },
  evaluation: { seeds: 2 },
});

describe('the stages that judge a run', () => {
  const folder = temporaryFolder();
  const store = () => new FolderStore(join(folder, 'store'));
  const file = async (name: string, pages: Page[]): Promise<ArtifactReference> => {
    const path = join(folder, name);
    await writePages(path, pages);
    return referToFile(path);
  };
  const readJson = async <T>(reference: ArtifactReference | undefined) =>
    JSON.parse(await readFile(fileURLToPath(reference!.uri), 'utf8')) as T;

  it('evaluate every method, and compare them under every protocol', async () => {
    const train = await file('train.jsonl', makePages({ 'crude oil': 60, gold: 6, tin: 4 }));
    const test = await file('test.jsonl', makePages({ 'crude oil': 20, gold: 10, tin: 10 }, 2));
    const generated = [await file('kept.jsonl', makePages({ gold: 20 }, 3))];
    const evaluations = await Promise.all(
      METHODS.map((method) =>
        runStage(store(), evaluate, { method, train, test, generated, largest: 180, classifier, evaluation }),
      ),
    );
    for (const { summary } of evaluations) {
      const { method, protocols, ...figures } = summary;
      assert.deepEqual(Object.keys(protocols), ['paper', 'equal-updates', 'tuned'], method);
      assert.deepEqual(figures, protocols.paper);
    }
    const compared = await runStage(store(), compare, {
      predictions: evaluations.map(({ files }) => files['predictions.json']!),
      evaluation,
    });
    const comparison = await readJson<Comparison>(compared.files['comparison.json']);
    assert.deepEqual(Object.keys(comparison.protocols), compared.summary.protocols);
    for (const { pairs } of Object.values(comparison.protocols))
      assert.equal(pairs.length, (METHODS.length * (METHODS.length - 1)) / 2);
    assert.equal(comparison.tuning!.over, 'paper');
  });

  it('use the amount of generated records that does best on records that no model has read', async () => {
    const choose = async (kept: Page[]) =>
      runStage(store(), chooseAmount, {
        learn: await file('learn.jsonl', makePages({ 'crude oil': 60, gold: 6 })),
        validation: await file('validation.jsonl', makePages({ 'crude oil': 30, gold: 30 }, 2)),
        branches: [{ class: 'gold', train: 7, kept: await file('gold.jsonl', kept) }],
        classifier,
        evaluation: { ...evaluation, protocols: ['tuned', 'paper'] },
      });
    const misleading = makePages({ 'crude oil': 28 }, 4).map((page) => ({ ...page, label: 'gold' }));
    const harmful = await choose(misleading);
    assert.equal(harmful.summary.times, 0);
    assert.equal(harmful.files[harmful.summary.used.gold!]!.records, 0);

    const { summary, files } = await choose(makePages({ gold: 28 }, 3));
    const { tried, times, validation, used } = summary;
    assert.equal(validation, 60);
    assert.deepEqual(
      tried.map((each) => each.times),
      [0, 0.5, 1, 2, 4],
    );
    const best = Math.max(...tried.map(({ macroF1 }) => macroF1));
    assert.equal(times, tried.find(({ macroF1 }) => macroF1 === best)!.times);
    assert.equal(files[used.gold!]!.records, Math.round(7 * times));
  });

  it('audit what each branch generated', async () => {
    const pages = makePages({ tin: 12 });
    const long = (id: string, text: string) => ({ id, label: 'tin', text });
    const passage = Array.from({ length: 13 }, (_, index) => `word${index}`).join(' ');
    const texts = await file('texts.jsonl', pages);
    const audited = await runStage(store(), audit, {
      test: await file('held.jsonl', [long('t', `before ${passage}`)]),
      branches: [
        {
          class: 'tin',
          kept: await file('tin.jsonl', [long('a', `${passage} after`), long('b', pages[0]!.text)]),
          texts,
          learntFrom: [texts],
        },
      ],
    });
    assert.deepEqual(audited.summary, { generated: 2, repeatsTest: 1, copies: 1 });
    const { overlapWords, classes } = await readJson<Audit>(audited.files['audit.json']);
    assert.equal(overlapWords, 13);
    assert.deepEqual(classes[0]!.repeatsTest.examples, ['a']);
    assert.deepEqual(classes[0]!.copies.examples, ['b']);
  });
});
