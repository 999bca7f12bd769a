import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DownloadProgress, fetchModel, ModelUnavailable } from '../../../lib/t5/checkpoint/hub.ts';
import { pythonMissing, runPython } from '../../unit/python.ts';
import { COMMIT, HubServer } from './hub-server.ts';

const ID = 'someone/tiny-t5';
const weights = Buffer.alloc(3_000_000, 'weights');
const FILES = {
  'README.md': 'not wanted',
  'pytorch_model.bin': 'not wanted',
  'config.json': '{"model_type":"t5"}',
  'tokenizer.json': '{}',
  'tokenizer_config.json': '{}',
  'generation_config.json': '{}',
  'model.safetensors': weights,
};

describe('fetchModel', () => {
  let cacheFolder: string;
  let hub: HubServer;
  let endpoint: string;
  const savedEnvironment = { ...process.env };

  const serve = async (files: Record<string, string | Buffer> = FILES) => {
    hub = new HubServer(ID, files);
    endpoint = await hub.start();
  };
  const fails = async (expected: { retryable: boolean; message: RegExp }, id = ID) => {
    await assert.rejects(fetchModel(id, { cacheFolder, endpoint }), (error: unknown) => {
      assert.ok(error instanceof ModelUnavailable, String(error));
      assert.equal(error.name, 'ModelUnavailable');
      assert.equal(error.retryable, expected.retryable);
      assert.match(error.message, expected.message);
      return true;
    });
  };

  beforeEach(async () => {
    cacheFolder = await mkdtemp(path.join(tmpdir(), 'hub-'));
    for (const name of ['HF_TOKEN', 'HF_HUB_OFFLINE', 'HF_ENDPOINT']) delete process.env[name];
    process.env.HF_HOME = cacheFolder;
    await serve();
  });
  afterEach(async () => {
    process.env = { ...savedEnvironment };
    await hub.stop();
    await rm(cacheFolder, { recursive: true });
  });

  it('downloads what a model needs and nothing else', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    assert.deepEqual((await readdir(folder)).sort(), [
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    assert.deepEqual(await readFile(path.join(folder, 'model.safetensors')), weights);
  });

  it("lays the files out as Hugging Face's cache", async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    const repository = path.join(cacheFolder, 'models--someone--tiny-t5');
    assert.equal(folder, path.join(repository, 'snapshots', COMMIT));
    assert.equal(await readFile(path.join(repository, 'refs/main'), 'utf8'), COMMIT);
    assert.match(await readlink(path.join(folder, 'model.safetensors')), /^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    assert.match(await readlink(path.join(folder, 'config.json')), /^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
  });

  it('takes the cache, the address and the token from the variables of the Python library', async () => {
    process.env.HF_ENDPOINT = `${endpoint}/`;
    process.env.HF_TOKEN = 'hf_secret';
    const folder = await fetchModel(ID);
    assert.ok(folder.startsWith(path.join(cacheFolder, 'hub')));
    assert.ok(hub.requests.every(({ authorization }) => authorization === 'Bearer hf_secret'));
  });

  it('reports bytes up to the total', async () => {
    const seen: DownloadProgress[] = [];
    await fetchModel(ID, { cacheFolder, endpoint, onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.length > 5);
    for (const [index, { bytes }] of seen.entries()) assert.ok(bytes >= (seen[index - 1]?.bytes ?? 0));
    assert.equal(seen.at(-1)!.bytes, seen.at(-1)!.totalBytes);
  });

  it('downloads nothing twice', async () => {
    const first = await fetchModel(ID, { cacheFolder, endpoint });
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint }), first);
    assert.equal(hub.downloadsOf('model.safetensors').length, 1);
  });

  it('leaves alone what is complete, because the cache may lie on a disk that is only read', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    const repository = path.join(cacheFolder, 'models--someone--tiny-t5');
    const names = await readdir(folder);
    const all = [...names.map((name) => path.join(folder, name)), path.join(repository, 'refs/main')];
    const marks = () => Promise.all(all.map(async (file) => (await lstat(file, { bigint: true })).ctimeNs));
    const before = await marks();
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint }), folder);
    assert.deepEqual(await marks(), before);
  });

  it('takes a snapshot of whole files without blobs as it is', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    for (const name of await readdir(folder)) {
      const content = await readFile(path.join(folder, name));
      await rm(path.join(folder, name));
      await writeFile(path.join(folder, name), content);
    }
    const blobs = path.join(cacheFolder, 'models--someone--tiny-t5', 'blobs');
    await rm(blobs, { recursive: true });
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint }), folder);
    await assert.rejects(readdir(blobs), { code: 'ENOENT' });
  });

  it('fetches all shards of sharded weights', async () => {
    await hub.stop();
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = JSON.stringify({ weight_map: { a: first, b: second } });
    await serve({
      'config.json': '{}',
      'model.safetensors.index.json': index,
      [first!]: 'A',
      [second!]: 'B',
    });
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    assert.equal(await readFile(path.join(folder, second!), 'utf8'), 'B');
  });

  it('goes on where a broken download stopped', async () => {
    hub.fault = (url) => (url.endsWith('model.safetensors') ? { cutAfter: 1_000_000 } : undefined);
    await fails({ retryable: true, message: /cannot be reached or broke off/ });
    hub.fault = () => undefined;
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    const [, second] = hub.downloadsOf('model.safetensors');
    assert.ok(second! > 0, 'the second download begins after the bytes of the first');
    assert.deepEqual(await readFile(path.join(folder, 'model.safetensors')), weights);
  });

  it('starts a damaged download afresh', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    const blob = path.resolve(folder, await readlink(path.join(folder, 'model.safetensors')));
    await rm(blob);
    await writeFile(`${blob}.incomplete`, 'damaged');
    await rm(path.join(folder, 'model.safetensors'));
    await fails({ retryable: true, message: /arrived damaged/ });
    await fetchModel(ID, { cacheFolder, endpoint });
    assert.deepEqual(await readFile(blob), weights);
  });

  it('does with the cache when the hub is down or HF_HUB_OFFLINE is set', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint, revision: 'v1' });
    hub.fault = () => ({ status: 503 });
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint, revision: 'v1' }), folder);
    hub.requests.length = 0;
    process.env.HF_HUB_OFFLINE = '1';
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint, revision: 'v1' }), folder);
    assert.equal(hub.requests.length, 0);
    await fails({ retryable: false, message: /HF_HUB_OFFLINE is set/ });
  });

  it('does with the cache for the same commit only, once the hub has named one', async () => {
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    hub.fault = (url) => (url.includes('/tree/') ? { status: 500 } : undefined);
    assert.equal(await fetchModel(ID, { cacheFolder, endpoint }), folder);
    hub.commit = COMMIT.replaceAll('0', 'f');
    await fails({ retryable: true, message: /status 500/ });
  });

  it('takes the revision from behind an @', async () => {
    const folder = await fetchModel(`${ID}@v1`, { cacheFolder, endpoint });
    assert.equal(folder, await fetchModel(ID, { cacheFolder, endpoint, revision: 'v1' }));
    const repository = path.join(cacheFolder, 'models--someone--tiny-t5');
    assert.deepEqual(await readdir(path.join(repository, 'refs')), ['v1']);
    await assert.rejects(fetchModel(`${ID}@none`, { cacheFolder, endpoint }), { name: 'ModelUnavailable' });
  });

  it('does not ask the hub about a commit that is there', async () => {
    const folder = await fetchModel(`${ID}@${COMMIT}`, { cacheFolder, endpoint });
    hub.requests.length = 0;
    assert.equal(await fetchModel(`${ID}@${COMMIT}`, { cacheFolder, endpoint }), folder);
    assert.equal(hub.requests.length, 0);
    await rm(path.join(folder, 'tokenizer.json'));
    await fetchModel(`${ID}@${COMMIT}`, { cacheFolder, endpoint });
    assert.ok(hub.requests.length > 0, 'a snapshot without its tokenizer is completed');
    assert.deepEqual(hub.downloadsOf('model.safetensors'), []);
  });

  it("shares its cache with Python's library", async function () {
    this.timeout(240_000);
    const missing = pythonMissing();
    if (missing) {
      this.test!.title += ` (left out: ${missing})`;
      this.skip();
    }
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    const program = `
import sys, huggingface_hub
print(huggingface_hub.snapshot_download(sys.argv[1], cache_dir=sys.argv[2], local_files_only=True))
print(huggingface_hub.hf_hub_download(sys.argv[1], "model.safetensors", cache_dir=sys.argv[2], local_files_only=True))
`;
    const [snapshot, file] = (await runPython(program, ID, cacheFolder)).split('\n');
    assert.equal(snapshot, folder);
    assert.equal(file, path.join(folder, 'model.safetensors'));
  });

  it('follows a branch to its new commit and shares what did not change', async () => {
    const old = await fetchModel(ID, { cacheFolder, endpoint });
    hub.commit = COMMIT.replaceAll('0', 'f');
    const folder = await fetchModel(ID, { cacheFolder, endpoint });
    assert.notEqual(folder, old);
    assert.deepEqual(await readFile(path.join(folder, 'model.safetensors')), weights);
    assert.equal(hub.downloadsOf('model.safetensors').length, 1);
  });

  for (const { status, retryable, says } of [
    { status: 401, retryable: false, says: /HF_TOKEN/ },
    { status: 403, retryable: false, says: /private or gated/ },
    { status: 404, retryable: false, says: /not found.*Check the model's id/ },
    { status: 429, retryable: true, says: /status 429. Try again later/ },
    { status: 500, retryable: true, says: /status 500/ },
  ])
    it(`fails with status ${status}, ${retryable ? 'worth another try' : 'for good'}`, async () => {
      hub.fault = () => ({ status });
      await fails({ retryable, message: says });
    });

  it('classifies a failure in the middle of the weights like any other', async () => {
    hub.fault = (url) => (url.endsWith('model.safetensors') ? { status: 429 } : undefined);
    await fails({ retryable: true, message: /status 429/ });
  });

  it('says that a model does not exist', () =>
    fails({ retryable: false, message: /not found/ }, 'someone/else'));

  it('says that a hub cannot be reached', async () => {
    await hub.stop();
    await fails({ retryable: true, message: /cannot be reached.*ECONNREFUSED/ });
  });

  it('says that a repository has no safetensors', async () => {
    await hub.stop();
    await serve({ 'config.json': '{}', 'pytorch_model.bin': 'x' });
    await fails({ retryable: false, message: /no weights in safetensors/ });
  });

  it('refuses what cannot be an id or a token', async () => {
    for (const id of ['', 'a/b/c', '../x', 'no such folder', 'a/b@', 'a/b@../../x'])
      await assert.rejects(fetchModel(id, { cacheFolder, endpoint }), { name: 'InvalidInput' });
    await assert.rejects(fetchModel(ID, { cacheFolder, endpoint, token: 'x' }), { name: 'InvalidInput' });
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const onProgress = ({ file }: DownloadProgress) => file === 'model.safetensors' && controller.abort();
    const aborted = fetchModel(ID, { cacheFolder, endpoint, signal: controller.signal, onProgress });
    await assert.rejects(aborted, { name: 'AbortError' });
    const blobs = await readdir(path.join(cacheFolder, 'models--someone--tiny-t5/blobs'));
    assert.ok(blobs.some((name) => name.endsWith('.incomplete')));
    assert.ok((await stat(cacheFolder)).isDirectory());
  });
});
