import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteName } from '../../../lib/artifacts/notes.ts';
import { openStore } from '../../../lib/artifacts/open-store.ts';
import type { ArtifactReference } from '../../../lib/artifacts/reference.ts';
import type { ArtifactStore, Manifest } from '../../../lib/artifacts/store.ts';
import { type S3Server, s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const description = (summary: unknown) =>
  ({ manifestVersion: 1, stage: 'write', version: 1, key: KEY, parameters: {}, summary }) as const;

/** A store of one kind, empty, and where its content lies on this disk. */
interface Place {
  address: string;
  /** Local path of what a reference points to. */
  pathOf(reference: ArtifactReference): string;
  /** Folder of the artifact under a key. */
  artifact(key: string): string;
}

let server: S3Server;
let stores = 0;
const KINDS: [kind: string, make: () => Place][] = [
  [
    'a folder',
    () => {
      const root = temporaryFolder();
      return {
        address: root,
        pathOf: ({ uri }) => fileURLToPath(uri),
        artifact: (key) => join(root, 'write', key),
      };
    },
  ],
  [
    'a bucket',
    () => {
      const prefix = `store-${++stores}`;
      process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
      return {
        address: `s3://${server.bucket}/${prefix}`,
        pathOf: ({ uri }) => join(server.folder, uri.slice(`s3://${server.bucket}/`.length)),
        artifact: (key) => join(server.folder, prefix, 'write', key),
      };
    },
  ],
];

/** What of a local cache is left when it is emptied, as on another machine. */
const onAnotherMachine = () => {
  process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
};

async function publish(store: ArtifactStore, files: Record<string, string>): Promise<Manifest> {
  const staging = await store.stagingFolder('write', KEY);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(staging, name, '..'), { recursive: true });
    await writeFile(join(staging, name), text);
  }
  return store.publish(staging, description('done'), { 'inner/a.txt': 3 });
}

/** Starts a process that stands ready to publish files of a text. */
async function publisher(address: string, text: string, files: number): Promise<ChildProcess> {
  const child = fork(
    new URL('./publishing-process.ts', import.meta.url),
    [address, KEY, text, String(files)],
    {
      execArgv: ['--import', 'tsx'],
    },
  );
  await new Promise((resume) => child.once('message', resume));
  return child;
}

const publishes = (child: ChildProcess) =>
  new Promise<Manifest>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { published: Manifest }).published));
    child.once('exit', () => reject(new Error('the publisher ended')));
    child.send('go');
  });

const filesBelow = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort()
    : [];

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

before(async function () {
  this.timeout(300_000);
  server = await s3Server();
});

for (const [kind, make] of KINDS)
  describe(`a store in ${kind}`, () => {
    let place: Place;
    let store: ArtifactStore;
    beforeEach(async () => {
      place = make();
      store = await openStore(place.address);
    });

    it('finds what was published, and nothing else', async () => {
      const published = await publish(store, { 'inner/a.txt': 'hello', 'b.txt': '' });
      onAnotherMachine();
      const elsewhere = await openStore(place.address);
      assert.deepEqual(await elsewhere.find('write', KEY), published);
      assert.equal(await elsewhere.find('write', KEY.replace('0', 'f')), undefined);
      assert.deepEqual(published.files, {
        'b.txt': {
          digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
          bytes: 0,
        },
        'inner/a.txt': {
          digest: 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
          bytes: 5,
          records: 3,
        },
      });
    });

    it('lists what is finished, and neither drafts nor notes, until it is removed', async () => {
      assert.deepEqual(await gathered(store.list()), []);
      await publish(store, { 'inner/a.txt': 'hello', 'b.txt': 'there' });
      const staging = await store.stagingFolder('write', KEY.replace('0', 'f'));
      writeFileSync(join(staging, 'manifest.json'), JSON.stringify({ files: {} }));
      await store.notes.write('runs/one', { dataset: 'a' });
      onAnotherMachine();
      const elsewhere = await openStore(place.address);
      assert.deepEqual(await gathered(elsewhere.list()), [{ stage: 'write', key: KEY, bytes: 10 }]);
      await elsewhere.remove('write', KEY);
      assert.deepEqual(await gathered(store.list()), []);
      assert.equal(await store.find('write', KEY), undefined);
      assert.deepEqual(await gathered(store.notes.list('')), ['runs/one']);
    });

    it('keeps notes under any name, the last one written', async () => {
      const name = noteName('runs', 'a/b c*.', '..');
      assert.deepEqual(await gathered(store.notes.list('runs')), []);
      await store.notes.write(name, { state: 'started' });
      await store.notes.write(name, { state: 'finished' });
      await store.notes.write('runsome/other', null);
      onAnotherMachine();
      const { notes } = await openStore(place.address);
      assert.deepEqual(await notes.read(name), { state: 'finished' });
      assert.deepEqual(await gathered(notes.list('runs')), [name]);
      assert.deepEqual((await gathered(notes.list(''))).sort(), [name, 'runsome/other']);
      await notes.remove(name);
      assert.equal(await store.notes.read(name), undefined);
    });

    it('opens a file, and files as one folder under their names', async () => {
      const references = store.references(await publish(store, { 'inner/a.txt': 'hello', 'b.txt': 'there' }));
      onAnotherMachine();
      const elsewhere = await openStore(place.address);
      const path = await elsewhere.open(references['inner/a.txt']!);
      assert.deepEqual([basename(path), readFileSync(path, 'utf8')], ['a.txt', 'hello']);
      const folder = await elsewhere.openFolder({
        'x/one.txt': references['inner/a.txt']!,
        'two.txt': references['b.txt']!,
      });
      assert.equal(readFileSync(join(folder, 'x', 'one.txt'), 'utf8'), 'hello');
      assert.equal(readFileSync(join(folder, 'two.txt'), 'utf8'), 'there');
    });

    it('refuses to link files under names that lead out of their folder', async () => {
      const reference = store.references(await publish(store, { 'a.txt': 'a' }))['a.txt']!;
      for (const name of ['../a', '/tmp/a', 'b/../../a', ''])
        await assert.rejects(store.openFolder({ [name]: reference }), { name: 'InvalidInput' });
    });

    it('finds a flipped byte by its digest, and forgets the whole artifact', async () => {
      const references = store.references(await publish(store, { 'a.txt': 'hello', 'b.txt': 'there' }));
      onAnotherMachine();
      const elsewhere = await openStore(place.address);
      writeFileSync(place.pathOf(references['a.txt']!), 'hellO');
      await assert.rejects(elsewhere.open(references['a.txt']!), { name: 'ArtifactDamaged' });
      assert.equal(await elsewhere.find('write', KEY), undefined);
      assert.deepEqual(filesBelow(place.artifact(KEY)), []);
    });

    it('forgets an artifact that lacks a file or has a cut one', async () => {
      const references = store.references(await publish(store, { 'a.txt': 'hello', 'b.txt': 'there' }));
      writeFileSync(place.pathOf(references['b.txt']!), 'the');
      assert.equal(await store.find('write', KEY), undefined);
      assert.deepEqual(filesBelow(place.artifact(KEY)), []);
    });

    it('keeps one artifact of two processes that publish the same key with different content', async () => {
      const children = await Promise.all([
        publisher(place.address, 'one', 5),
        publisher(place.address, 'other', 5),
      ]);
      const [one, other] = await Promise.all(children.map(publishes));
      assert.deepEqual(one, other);
      const found = await store.find('write', KEY);
      assert.deepEqual(found, one);
      for (const reference of Object.values(store.references(found!))) await store.open(reference);
      assert.deepEqual(filesBelow(place.artifact(KEY)), [
        '0.txt',
        '1.txt',
        '2.txt',
        '3.txt',
        '4.txt',
        'manifest.json',
      ]);
    });

    it('has the whole artifact or none when a process is killed while it publishes, and mends it', async function () {
      this.timeout(120_000);
      for (const delay of [0, 20, 60, 120, 200]) {
        const child = await publisher(place.address, `killed after ${delay}`, 30);
        const ended = new Promise((resume) => child.once('exit', resume));
        publishes(child).catch(() => {});
        await new Promise((resume) => setTimeout(resume, delay));
        child.kill('SIGKILL');
        await ended;
        const found = await store.find('write', KEY);
        for (const reference of Object.values(found ? store.references(found) : {}))
          await store.open(reference);
      }
      await publish(store, { 'a.txt': 'hello' });
      const found = (await store.find('write', KEY))!;
      assert.deepEqual(
        filesBelow(place.artifact(KEY)),
        [...Object.keys(found.files), 'manifest.json'].sort(),
        'nothing is left of those that were killed',
      );
      await store.sweep();
      const drafts = filesBelow(place.address).filter((name) => /\.txt$/.test(name) && name in found.files);
      assert.equal(drafts.length, kind === 'a folder' ? Object.keys(found.files).length : 0);
    });

    it('gives a scratch folder that is still there for the next attempt, until it is cleared', async () => {
      const folder = await store.scratch('fineTune', KEY);
      writeFileSync(join(folder, 'checkpoint'), 'so far');
      assert.equal(readFileSync(join(await store.scratch('fineTune', KEY), 'checkpoint'), 'utf8'), 'so far');
      await store.clearScratch('fineTune', KEY);
      assert.deepEqual(readdirSync(await store.scratch('fineTune', KEY)), []);
    });

    it('takes in a file from outside, which another machine then opens', async () => {
      const source = join(temporaryFolder(), 'pages.csv');
      writeFileSync(source, 'id,text\n');
      const reference = await store.importFile(source);
      onAnotherMachine();
      const path = await (await openStore(place.address)).open(reference);
      assert.deepEqual([basename(path), readFileSync(path, 'utf8')], ['pages.csv', 'id,text\n']);
      await assert.rejects(store.importFile(`${source}.none`), {
        name: 'InvalidInput',
        message: /no such file/,
      });
    });
  });
