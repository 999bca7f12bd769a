import assert from 'node:assert/strict';
import type { Page } from '../../../lib/corpus/page.ts';
import { textDifferences } from '../../../lib/runs/text-changes.ts';

async function* pages(...texts: [id: string, text: string, label?: string][]): AsyncGenerator<Page> {
  for (const [id, text, label = 'printing'] of texts) yield { id, text, label };
}

describe('the records of two runs', () => {
  const before = [
    ['1', 'one'],
    ['2', 'two'],
    ['3', 'three'],
  ] as [string, string][];

  it('are the same in another order', async () => {
    const change = await textDifferences(pages(...before), pages(...before.toReversed()));
    assert.deepEqual(change, { before: 3, after: 3, added: 0, removed: 0, changed: 0, share: 0 });
  });

  it('are counted as added, removed and changed, and their share is that of all', async () => {
    const change = await textDifferences(pages(...before), pages(['1', 'one'], ['2', 'zwei'], ['4', 'four']));
    assert.deepEqual(change, { before: 3, after: 3, added: 1, removed: 1, changed: 1, share: 0.75 });
  });

  it('change with their class', async () => {
    const change = await textDifferences(pages(['1', 'one']), pages(['1', 'one', 'banking']));
    assert.equal(change.changed, 1);
  });

  it('differ wholly from none', async () => {
    assert.equal((await textDifferences(pages(), pages(...before))).share, 1);
    assert.equal((await textDifferences(pages(), pages())).share, 0);
  });
});
