import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fetchModelFiles } from '../../../activities/fetch-model.ts';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { openStore } from '../../../lib/artifacts/open-store.ts';
import { openSources } from '../../../lib/corpus/sources.ts';
import { type S3Server, s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const { signal } = new AbortController();
const fetching = { signal, onProgress: () => {} };
const refused = (message: RegExp) => (error: Error) => {
  assert.equal(error.name, 'InvalidInput');
  assert.match(error.message, message);
  return true;
};

function write(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('the source that a run names', () => {
  describe('in folders', () => {
    const folder = temporaryFolder();
    const data = write(join(folder, 'data'), { 'a.csv': 'a', 'b.csv': 'b', 'deep/c.csv': 'c' });
    write(folder, { 'secret.csv': 'secret' });
    symlinkSync(join(folder, 'secret.csv'), join(data, 'link.csv'));
    const allowList = new AllowList({ allow: [data], own: [] });
    const names = async (source: string | string[]) =>
      (await openSources(source, 'all', allowList, { signal })).files.map(({ path }) => basename(path));

    it('is read where it is allowed, once for each file', async () => {
      assert.deepEqual(await names([join(data, 'b.csv'), `file://${data}/[ab].csv`]), ['b.csv', 'a.csv']);
    });

    const outside: [what: string, source: string][] = [
      ['a file:// address elsewhere', 'file:///etc/passwd'],
      ['an encoded way out', `file://${data}/%2e%2e/secret.csv`],
      ['a way out by dots', `${data}/../secret.csv`],
      ['a pattern elsewhere', '/etc/*.conf'],
      ['a pattern with dots', `${data}/*/../../secret.csv`],
      ['a pattern for folders elsewhere', '/et?/passwd'],
      ['a pattern that begins at the root', '/**/secret.csv'],
      ['alternatives that lead elsewhere', '{/etc,.}/passwd'],
      ['alternatives that are hidden', `${data}/{.ssh,x}/id.csv`],
      ['an escaped slash', '\\/etc/pass*'],
      ['braces with dots', `${data}/{a,../../etc}/*.csv`],
      ['a link that leads out', join(data, 'link.csv')],
      ['a pattern that finds such a link', join(data, 'l*.csv')],
      ['a folder that holds such a link', data],
      ['an address of another host', 'file://elsewhere/data/a.csv'],
      ['a NUL character', `${data}/a.csv\0.txt`],
    ];
    for (const [what, source] of outside)
      it(`is refused for ${what}`, () =>
        assert.rejects(names(source), refused(/^source: .*(lies outside|pattern with|no address|NUL)/s)));
  });

  describe('in a bucket', () => {
    let server: S3Server;
    let allowList: AllowList;
    before(async () => {
      server = await s3Server();
      process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
      write(join(server.folder, 'scrapes'), {
        '2026-01.csv': 'january',
        '2026-02.csv': 'february',
        'readme.txt': 'none',
        'more/2025.jsonl.gz': 'old',
      });
      allowList = new AllowList({ allow: [`s3://${server.bucket}/scrapes`], own: [] });
    });
    const contents = async (source: string) =>
      (await openSources(source, 'all', allowList, { signal })).files.map(({ path }) =>
        readFileSync(path, 'utf8'),
      );

    const cases: [what: string, source: string, contents: string[]][] = [
      ['one object', 's3://artifacts/scrapes/2026-02.csv', ['february']],
      ['the datasets below a prefix', 's3://artifacts/scrapes', ['january', 'february', 'old']],
      ['a prefix with its slash', 's3://artifacts/scrapes/more/', ['old']],
      ['a pattern', 's3://artifacts/scrapes/2026-*.csv', ['january', 'february']],
      ['a pattern over folders', 's3://artifacts/scrapes/**/*.gz', ['old']],
    ];
    for (const [what, source, expected] of cases)
      it(`is ${what}`, async () => assert.deepEqual(await contents(source), expected));

    it('is the newest of a pattern, or of those whose names begin alike', async () => {
      const newest = async (source: string) =>
        (await openSources(source, 'newest', allowList, { signal })).files.map(({ path }) => basename(path));
      write(join(server.folder, 'scrapes'), { '2025-12.csv': 'december' });
      const written = new Date(Date.now() + 60_000);
      utimesSync(join(server.folder, 'scrapes', '2025-12.csv'), written, written);
      assert.deepEqual(await newest('s3://artifacts/scrapes/20*.csv'), ['2025-12.csv']);
      assert.deepEqual(await newest('s3://artifacts/scrapes/20'), ['2025-12.csv']);
      assert.deepEqual(await newest('s3://artifacts/scrapes/2026-01.csv'), ['2026-01.csv']);
    });

    it('keeps its own address and gets a digest', async () => {
      const {
        files: [file],
      } = await openSources('s3://artifacts/scrapes/2026-01.csv', 'all', allowList, { signal });
      assert.equal(file!.reference!.uri, 's3://artifacts/scrapes/2026-01.csv');
      assert.equal(file!.reference!.bytes, 'january'.length);
      assert.equal(basename(file!.path), '2026-01.csv', 'its ending tells the format');
    });

    for (const [what, source, message] of [
      ['nothing lies there', 's3://artifacts/scrapes/2024.csv', /no such object/],
      ['the bucket is not allowed', 's3://others/scrape.csv', /--allow.* s3:\/\/others/],
      [
        'the prefix is not allowed',
        's3://artifacts/secrets/scrape.csv',
        /not among what this worker may read/,
      ],
      ['it has dots', 's3://artifacts/scrapes/../secrets/x.csv', /dot for a folder/],
    ] as const)
      it(`is refused when ${what}`, () => assert.rejects(contents(source), refused(message)));
  });
});

describe('the model that a run names', () => {
  const folder = temporaryFolder();
  const checkpoint = write(join(folder, 'models', 't5'), {
    'config.json': '{}',
    'model.safetensors': 'weights',
    'notes.txt': 'left out',
  });
  const names = ['model/config.json', 'model/model.safetensors'];

  it('is a folder where that is allowed', async () => {
    const store = await openStore(join(folder, 'store'));
    const allowList = new AllowList({ allow: [join(folder, 'models')], own: [] });
    const { files } = await fetchModelFiles(checkpoint, store, allowList, fetching);
    assert.deepEqual(Object.keys(files), names);
    await assert.rejects(
      fetchModelFiles('file:///etc', store, allowList, fetching),
      refused(/^model: .*outside/),
    );
    await assert.rejects(
      fetchModelFiles('/etc/nowhere', store, allowList, fetching),
      refused(/^model: .*outside/),
    );
    await assert.rejects(
      fetchModelFiles(join(folder, 'models', 'none'), store, allowList, fetching),
      refused(/^model: .*no such folder/),
    );
  });

  it('is refused where one of its files is a link that leads out', async () => {
    write(folder, { 'secret.txt': 'secret' });
    const linked = write(join(folder, 'models', 'linked'), { 'config.json': '{}' });
    symlinkSync(join(folder, 'secret.txt'), join(linked, 'spiece.model'));
    const allowList = new AllowList({ allow: [join(folder, 'models')], own: [] });
    const store = await openStore(join(folder, 'store'));
    await assert.rejects(
      fetchModelFiles(linked, store, allowList, fetching),
      refused(/^model: .*spiece\.model lies outside/),
    );
  });

  it('tells by a relative name with dots nothing of what lies outside', async () => {
    const allowList = new AllowList({ allow: [join(folder, 'models')], own: [] });
    const store = await openStore(join(folder, 'store'));
    for (const model of ['lib/../../../etc', 'lib/../../../nowhere'])
      await assert.rejects(
        fetchModelFiles(model, store, allowList, fetching),
        refused(/^model: \S+ lies outside of what this worker may read/),
      );
  });

  it('is sought on the hub where it might be a folder outside', async () => {
    const allowList = new AllowList({ allow: [join(folder, 'models')], own: [] });
    const store = await openStore(join(folder, 'store'));
    process.env.HF_HUB_OFFLINE = '1';
    try {
      // A folder of this name lies in the working directory.
      await assert.rejects(fetchModelFiles('lib/t5', store, allowList, fetching), {
        name: 'ModelUnavailable',
      });
    } finally {
      delete process.env.HF_HUB_OFFLINE;
    }
  });

  it('is taken into a store that other machines share', async () => {
    const server = await s3Server();
    process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
    const store = await openStore(`s3://${server.bucket}/models-store`);
    const { files } = await fetchModelFiles(checkpoint, store, AllowList.everything(), fetching);
    process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
    const elsewhere = await openStore(`s3://${server.bucket}/models-store`);
    const opened = await elsewhere.openFolder({ 'model.safetensors': files['model/model.safetensors']! });
    assert.equal(readFileSync(join(opened, 'model.safetensors'), 'utf8'), 'weights');
  });

  it('is the checkpoint below a prefix of a bucket', async () => {
    const server = await s3Server();
    process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
    write(join(server.folder, 'hub', 't5'), { 'config.json': '{}', 'model.safetensors': 'weights' });
    const allowList = new AllowList({ allow: ['s3://artifacts/hub'], own: [] });
    const store = await openStore(join(folder, 'store'), allowList);
    const { files, cached } = await fetchModelFiles('s3://artifacts/hub/t5', store, allowList, fetching);
    assert.deepEqual([Object.keys(files), cached], [names, false]);
    const opened = await store.openFolder({
      'config.json': files['model/config.json']!,
      'model.safetensors': files['model/model.safetensors']!,
    });
    assert.equal(readFileSync(join(opened, 'model.safetensors'), 'utf8'), 'weights');
    assert.equal((await fetchModelFiles('s3://artifacts/hub/t5', store, allowList, fetching)).cached, true);
    await assert.rejects(
      fetchModelFiles('s3://artifacts/hub', store, allowList, fetching),
      refused(/has no config\.json/),
    );
  });
});
