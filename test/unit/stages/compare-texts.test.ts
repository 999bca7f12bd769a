import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import type { TextComparison } from '../../../lib/runs/run-comparison.ts';
import { compareTexts } from '../../../lib/stages/compare-texts.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writePages } from '../write-pages.ts';

const LONG =
  'We print books and cards with ink on paper that comes from the mill by the river, and have done so for forty years.';

describe('the comparison of texts with those of the previous run', () => {
  const folder = temporaryFolder();
  const store = new FolderStore(join(folder, 'store'));
  let files = 0;
  const write = async (...texts: [id: string, text: string][]) => {
    const path = join(folder, `${files++}.jsonl`);
    await writePages(
      path,
      texts.map(([id, text]) => ({ id, text, label: 'printing' })),
    );
    return referToFile(path);
  };

  it('gives the shares that differ, and the drift of the words', async () => {
    const before = await write(['1', 'one'], ['2', 'two']);
    const after = await write(['1', 'one'], ['2', 'zwei']);
    const test = await write(['9', 'nine']);
    const learntFrom = [before, await write(['1', 'one'])];
    const { summary, files } = await runStage(store, compareTexts, {
      before,
      after,
      test,
      base: { learntFrom: [before], after },
      classes: [{ class: 'printing', learntFrom, after }],
    });
    assert.deepEqual(summary, {
      base: { share: 0.5, heldOut: 0 },
      classes: { printing: { share: 0.5, heldOut: 0 } },
    });
    const path = fileURLToPath(files['text-changes.json']!.uri);
    const comparison = JSON.parse(readFileSync(path, 'utf8')) as TextComparison;
    assert.equal(comparison.corpus.changed, 1);
    assert.equal(comparison.classes.printing!.added, 1);
    assert.equal(comparison.vocabulary.risen[0]!.word, 'zwei');
  });

  it('counts what is held back from the training records for validation', async () => {
    const before = await write(['1', 'one'], ['2', LONG]);
    const held = await write(['2', LONG]);
    const { summary } = await runStage(store, compareTexts, {
      before,
      after: before,
      test: await write(['9', 'nine']),
      validation: held,
      base: { learntFrom: [before], after: await write(['1', 'one']) },
      classes: [{ class: 'printing', learntFrom: [await write(['7', LONG])], after: held }],
    });
    assert.equal(summary.base!.heldOut, 1);
    assert.equal(summary.classes.printing!.heldOut, 1, 'under another id');
  });

  const heldOut: [what: string, test: [string, string], train: [string, string][], count: number][] = [
    ['the same id', ['1', 'anything'], [['2', 'two']], 1],
    ['the same text under another id', ['9', 'one'], [['2', 'two']], 1],
    [
      'a text that is trained on in this run too',
      ['9', 'one'],
      [
        ['2', 'two'],
        ['3', 'one'],
      ],
      0,
    ],
    ['another page', ['9', 'nine'], [['2', 'two']], 0],
    ['the same text with a word changed', ['9', LONG.replace('ink', 'toner')], [['2', 'two']], 1],
    [
      'a text that is trained on in this run too, but for a word',
      ['9', LONG.replace('ink', 'toner')],
      [['3', LONG.replace('paper', 'card')]],
      0,
    ],
  ];
  for (const [what, test, train, count] of heldOut)
    it(`counts ${count} held-out pages among those learnt from for ${what}`, async () => {
      const after = await write(...train);
      const { summary } = await runStage(store, compareTexts, {
        before: after,
        after,
        test: await write(test),
        classes: [{ class: 'printing', learntFrom: [await write(['1', 'one'], ['5', LONG]), after], after }],
      });
      assert.equal(summary.classes.printing!.heldOut, count);
    });
});
