import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileCache } from '../../../lib/artifacts/file-cache.ts';
import { ObjectStorage } from '../../../lib/artifacts/object-storage.ts';
import { S3Store } from '../../../lib/artifacts/s3-store.ts';
import { localCacheFolder } from '../../../lib/artifacts/user-folders.ts';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { type S3Server, s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const KEY = '0123456789abcdef0123456789abcdef';

describe('a store in a bucket, for several machines', function () {
  this.timeout(120_000);
  let server: S3Server;
  let prefix = 0;
  let address: string;
  /** A store as another machine opens it: with a local folder of its own. */
  const machine = () => {
    process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
    return new S3Store(address);
  };
  before(async () => {
    server = await s3Server();
  });
  beforeEach(() => {
    address = `s3://${server.bucket}/machines-${++prefix}`;
  });
  it('gives another machine the scratch files that were saved last', async () => {
    const [one, other] = [machine(), machine()];
    const here = await one.scratch('fineTune', KEY);
    writeFileSync(join(here, 'training.safetensors'), 'step 10');
    writeFileSync(join(here, 'training.safetensors.partial'), 'half of step 11');
    await one.saveScratch('fineTune', KEY);
    const there = await other.scratch('fineTune', KEY);
    assert.notEqual(there, here);
    assert.deepEqual(readdirSync(there), ['training.safetensors']);
    assert.equal(readFileSync(join(there, 'training.safetensors'), 'utf8'), 'step 10');
  });

  it('lets a machine keep scratch files that are newer than what it saved, and takes what another one saved', async () => {
    const [one, other] = [machine(), machine()];
    const here = join(await one.scratch('generate', KEY), 'batches.jsonl');
    writeFileSync(here, '1\n');
    await one.saveScratch('generate', KEY);
    appendFileSync(here, '2\n');
    await one.scratch('generate', KEY);
    assert.equal(readFileSync(here, 'utf8'), '1\n2\n', 'its own, not saved yet');

    const there = join(await other.scratch('generate', KEY), 'batches.jsonl');
    appendFileSync(there, '2\n3\n4\n');
    await other.saveScratch('generate', KEY);
    await one.scratch('generate', KEY);
    assert.equal(readFileSync(here, 'utf8'), '1\n2\n3\n4\n');
  });

  it('clears what was saved of a scratch folder', async () => {
    const store = machine();
    writeFileSync(join(await store.scratch('fineTune', KEY), 'checkpoint'), 'so far');
    await store.saveScratch('fineTune', KEY);
    await store.clearScratch('fineTune', KEY);
    assert.deepEqual(readdirSync(await machine().scratch('fineTune', KEY)), []);
  });

  it('fetches an object once, and again when it has changed', async () => {
    const folder = temporaryFolder();
    const cache = new FileCache(folder);
    const storage = new ObjectStorage(server.bucket);
    const file = join(temporaryFolder(), 'pages.csv');
    writeFileSync(file, 'one');
    await storage.upload(file, 'source/pages.csv');
    const address = { bucket: server.bucket, key: 'source/pages.csv' };
    let arrived = 0;
    const fetch = () => cache.fetch(address, { onBytes: (bytes) => (arrived += bytes) });
    const first = await fetch();
    assert.deepEqual(await fetch(), first);
    assert.equal(arrived, 3);
    writeFileSync(file, 'another');
    await storage.upload(file, 'source/pages.csv');
    const second = await fetch();
    assert.equal(readFileSync(second.path, 'utf8'), 'another');
    assert.notEqual(second.reference.digest, first.reference.digest);
  });

  it('keeps its local copies within a limit, but none that was opened within the hour', async () => {
    const store = machine();
    const outside = temporaryFolder();
    const references = [];
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(join(outside, name), name.repeat(1000));
      references.push(await store.importFile(join(outside, name)));
    }
    const paths = [];
    for (const reference of references) paths.push(await store.open(reference));
    const { utimesSync } = await import('node:fs');
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    utimesSync(paths[0]!, hoursAgo(2), hoursAgo(2));
    utimesSync(paths[1]!, hoursAgo(3), hoursAgo(3));
    await new FileCache(localCacheFolder(), 2500).trim();
    assert.deepEqual(paths.map(existsSync), [true, false, true]);
    await new FileCache(localCacheFolder(), 10).trim();
    assert.deepEqual(paths.map(existsSync), [false, false, true]);
  });

  const mistakes: [what: string, address: string, message: RegExp][] = [
    ['a bucket that is not there', 's3://nowhere-at-all/x', /no such bucket/],
    ['no bucket', 's3:///x', /names no bucket/],
    ['dots for folders', 's3://artifacts/a/../b', /dot for a folder/],
  ];
  for (const [what, wrong, message] of mistakes)
    it(`says what is wrong with an address of ${what}`, async () => {
      await assert.rejects(
        async () => new S3Store(wrong).check(),
        (error) => error instanceof InvalidInput && message.test(error.message),
      );
    });
});
