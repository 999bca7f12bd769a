import assert from 'node:assert/strict';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { noteName } from '../../../lib/artifacts/notes.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = '0123456789abcdef0123456789abcdef';

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a store in a folder', () => {
  let root: string;
  let store: FolderStore;
  beforeEach(() => {
    root = temporaryFolder();
    store = new FolderStore(root);
  });

  const publish = async (stage: string, text: string) => {
    const draft = await store.draft(stage, KEY);
    writeFileSync(join(draft, 'a.txt'), text);
    const base = { manifestVersion: 1 as const, stage, version: 1, key: KEY, parameters: {}, summary: {} };
    await store.publish(draft, base);
  };

  it('lists what is finished, and neither drafts nor notes', async () => {
    await publish('prepare', 'four');
    await publish('merge', 'seventy');
    await store.draft('merge', KEY);
    await store.notes.write('runs/one', { dataset: 'a' });
    const listed = (await gathered(store.list())).sort((a, b) => a.bytes - b.bytes);
    assert.deepEqual(
      listed.map(({ stage, key, bytes }) => [stage, key, bytes]),
      [
        ['prepare', KEY, 4],
        ['merge', KEY, 7],
      ],
    );
    assert.ok(Math.abs(Date.now() - listed[0]!.publishedAt.getTime()) < 60_000);
  });

  it('is empty before anything was written', async () => {
    assert.deepEqual(await gathered(store.list()), []);
    assert.deepEqual(await gathered(store.leftovers()), []);
    assert.deepEqual(await gathered(store.notes.list('runs')), []);
  });

  it('forgets what is removed', async () => {
    await publish('prepare', 'four');
    await store.remove('prepare', KEY);
    assert.equal(await store.find('prepare', KEY), undefined);
    assert.deepEqual(await gathered(store.list()), []);
  });

  it('lists leftovers with the time of their newest file, and removes them', async () => {
    const scratch = await store.scratch('fineTune', KEY);
    writeFileSync(join(scratch, 'checkpoint'), 'weights');
    const old = new Date('2026-01-02T03:04:05Z');
    utimesSync(join(scratch, 'checkpoint'), old, old);
    utimesSync(scratch, old, old);
    const [left, ...more] = await gathered(store.leftovers());
    assert.deepEqual([left, more], [{ name: `scratch/fineTune-${KEY}`, bytes: 7, usedAt: old }, []]);
    await store.removeLeftover(left!.name);
    assert.deepEqual(readdirSync(join(root, 'scratch')), []);
  });

  it('keeps notes under any name, the last one written', async () => {
    const name = noteName('runs', 'a/b c*.', '..');
    await store.notes.write(name, { state: 'started' });
    await store.notes.write(name, { state: 'finished' });
    assert.deepEqual(await store.notes.read(name), { state: 'finished' });
    assert.deepEqual(await gathered(store.notes.list('runs')), [name]);
    assert.deepEqual(await gathered(store.notes.list('')), [name]);
    await store.notes.remove(name);
    assert.equal(await store.notes.read(name), undefined);
  });

  it('tells long names apart that begin alike', () => {
    const [one, other] = ['1', '2'].map((end) => noteName('runs', 'x'.repeat(1000) + end));
    assert.notEqual(one, other);
    assert.ok(one!.length < 200);
  });
});
