import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArtifactDamaged } from '../../../lib/artifacts/artifact-damaged.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { stageKey } from '../../../lib/artifacts/key.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import type { Stage } from '../../../lib/stages/stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Writes a text, and counts how often it had to. */
function writing(text: string): Stage<{ name: string }, { length: number }> & { runs: number } {
  return {
    name: 'write',
    version: 1,
    runs: 0,
    async run({ name }, { out }) {
      this.runs++;
      await mkdir(join(out, 'inner'));
      await writeFile(join(out, 'inner', `${name}.txt`), text);
      return { summary: { length: text.length }, records: { [`inner/${name}.txt`]: 3 } };
    },
  };
}

describe('a stage that is run against a store', () => {
  let root: string;
  let store: FolderStore;
  beforeEach(() => {
    root = temporaryFolder();
    store = new FolderStore(root);
  });

  it('publishes its files with digest, size and number of records', async () => {
    const result = await runStage(store, writing('hello'), { name: 'a' });
    assert.equal(result.cached, false);
    assert.deepEqual(result.summary, { length: 5 });
    const reference = result.files['inner/a.txt']!;
    assert.equal(reference.digest, 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    assert.deepEqual([reference.bytes, reference.records], [5, 3]);
    assert.equal(readFileSync(fileURLToPath(reference.uri), 'utf8'), 'hello');
  });

  it('does no work a second time', async () => {
    const stage = writing('hello');
    const first = await runStage(store, stage, { name: 'a' });
    const second = await runStage(store, stage, { name: 'a' });
    assert.equal(stage.runs, 1);
    assert.deepEqual(second, { ...first, cached: true });
  });

  it('says what it took when it was made, the second time too, in none of the files', async () => {
    const first = await runStage(store, writing('hello'), { name: 'a' });
    const { startedAt, seconds, machines } = first.made!;
    assert.ok(Math.abs(Date.parse(startedAt) - Date.now()) < 60_000 && seconds >= 0);
    assert.equal(machines[0]!.node, process.versions.node);
    const again = await runStage(store, writing('hello'), { name: 'a' });
    assert.deepEqual(again.made, first.made);
    const elsewhere = await runStage(new FolderStore(temporaryFolder()), writing('hello'), { name: 'a' });
    assert.equal(elsewhere.key, first.key);
    assert.equal(elsewhere.files['inner/a.txt']!.digest, first.files['inner/a.txt']!.digest);
  });

  it('knows the artifacts of 0.1.0, which do not say what they took', async () => {
    const stage = writing('hello');
    const { key } = await runStage(store, stage, { name: 'a' });
    const path = join(root, 'write', key, 'manifest.json');
    const { made: _made, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(manifest));
    const { cached, made } = await runStage(store, stage, { name: 'a' });
    assert.deepEqual([cached, made], [true, undefined]);
  });

  it('runs again when a byte of its artifact has flipped, and mends it', async () => {
    const stage = writing('hello');
    const { files } = await runStage(store, stage, { name: 'a' });
    const path = fileURLToPath(files['inner/a.txt']!.uri);
    writeFileSync(path, 'hellO');
    await assert.rejects(store.open(files['inner/a.txt']!), ArtifactDamaged);
    const again = await runStage(store, stage, { name: 'a' });
    assert.deepEqual([stage.runs, again.cached, readFileSync(path, 'utf8')], [2, false, 'hello']);
  });

  it('leaves no artifact and no draft behind when it fails, but keeps its scratch folder', async () => {
    let attempts = 0;
    const failing: Stage<object, number> = {
      name: 'fail',
      version: 1,
      async run(_, { out, scratch }) {
        await writeFile(join(out, 'half.txt'), 'half');
        if (existsSync(join(scratch, 'checkpoint'))) return { summary: ++attempts };
        await writeFile(join(scratch, 'checkpoint'), 'so far');
        attempts++;
        throw new Error('killed');
      },
    };
    await assert.rejects(runStage(store, failing, {}), /killed/);
    assert.deepEqual(readdirSync(join(root, 'drafts')), []);
    assert.equal(existsSync(join(root, 'fail')), false);
    const resumed = await runStage(store, failing, {});
    assert.equal(resumed.summary, 2);
    assert.deepEqual(
      readdirSync(join(root, 'scratch')),
      [],
      'the scratch folder goes when the stage is done',
    );
  });

  it('keeps one artifact when two workers finish the same stage', async () => {
    const slow = (text: string): Stage<object, string> => ({
      name: 'race',
      version: 1,
      async run(_, { out }) {
        await new Promise((resume) => setTimeout(resume, 20));
        await writeFile(join(out, 'a.txt'), text);
        return { summary: text };
      },
    });
    const [one, other] = await Promise.all([
      runStage(store, slow('same'), {}),
      runStage(store, slow('same'), {}),
    ]);
    assert.deepEqual(one!.files, other!.files);
    assert.deepEqual(readdirSync(join(root, 'drafts')), []);
  });

  it('lets one process at a time work on a stage, and the next one take what came of it', async () => {
    let [running, most, runs] = [0, 0, 0];
    const slow: Stage<object, string> = {
      name: 'slow',
      version: 1,
      async run(_, { out, scratch }) {
        runs++;
        most = Math.max(most, ++running);
        await writeFile(join(scratch, 'checkpoint'), 'mine');
        await new Promise((resume) => setTimeout(resume, 50));
        running--;
        await writeFile(join(out, 'a.txt'), 'a');
        return { summary: 'done' };
      },
    };
    const results = await Promise.all([1, 2, 3].map(() => runStage(store, slow, {})));
    assert.deepEqual([runs, most], [1, 1]);
    assert.deepEqual(results.map(({ cached }) => cached).sort(), [false, true, true]);
    assert.deepEqual(readdirSync(join(root, 'scratch')), []);
  });

  it('takes over the work of a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    mkdirSync(join(root, 'scratch'));
    const lock = `write-${stageKey(writing(''), { name: 'a' })}.lock`;
    writeFileSync(join(root, 'scratch', lock), `${pid} ${hostname()}`);
    assert.equal((await runStage(store, writing('hello'), { name: 'a' })).cached, false);
  });

  it('waits no longer for another one than until it is told to stop', async () => {
    const release = await store.claim('write', stageKey(writing(''), { name: 'a' }));
    const signal = AbortSignal.timeout(20);
    await assert.rejects(runStage(store, writing('hello'), { name: 'a' }, { signal }), {
      name: 'AbortError',
    });
    await release!();
  });

  it('opens files of one artifact in the folder where they lie', async () => {
    const { files } = await runStage(store, writing('hello'), { name: 'a' });
    const folder = await store.openFolder({ 'a.txt': files['inner/a.txt']! });
    assert.equal(readFileSync(join(folder, 'a.txt'), 'utf8'), 'hello');
    assert.ok(folder.endsWith('inner'));
  });
});
