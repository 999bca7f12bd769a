import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { linkModels, pushToHub } from '../../../client/push-to-hub.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { modelsSection } from '../../../lib/report/dataset-card.ts';
import { noteBranch, noteFinish } from '../../../lib/runs/run-record.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { modelOf } from '../../../lib/stages/model-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The part of huggingface.co's protocol that an upload needs; Parquet files and weights go the way of large ones. */
class UploadServer {
  readonly files = new Map<string, string>();
  readonly authorizations = new Set<string | undefined>();
  visibility: string | undefined;
  #large = new Map<string, string>();
  #exists = false;
  #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { status = 200, body = {} } = this.#answer(request, await textOf(request));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#address();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #address = () => `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;

  #answer({ url = '', headers }: IncomingMessage, text: string): { status?: number; body?: unknown } {
    if (url.startsWith('/large/')) {
      this.#large.set(url.slice('/large/'.length), text);
      return {};
    }
    this.authorizations.add(headers.authorization);
    if (headers.authorization !== 'Bearer hf_write')
      return { status: 403, body: { error: 'no write access' } };
    if (url === '/api/repos/create') {
      if (this.#exists) return { status: 409, body: { error: 'it exists' } };
      this.#exists = true;
      this.visibility = (JSON.parse(text) as { visibility: string }).visibility;
      return { body: { url: `${this.#address()}/datasets/me/pages`, id: '1' } };
    }
    if (url === '/api/datasets/me/pages/preupload/main') {
      const { files } = JSON.parse(text) as { files: { path: string }[] };
      const modeOf = (path: string) => (/\.(parquet|safetensors)$/.test(path) ? 'lfs' : 'regular');
      return { body: { files: files.map(({ path }) => ({ path, uploadMode: modeOf(path) })) } };
    }
    if (url === '/datasets/me/pages.git/info/lfs/objects/batch') {
      const { objects } = JSON.parse(text) as { objects: { oid: string }[] };
      const actions = (oid: string) => ({ upload: { href: `${this.#address()}/large/${oid}` } });
      return { body: { objects: objects.map(({ oid }) => ({ oid, actions: actions(oid) })) } };
    }
    assert.equal(url, '/api/datasets/me/pages/commit/main');
    for (const line of text.trim().split('\n')) this.#commit(JSON.parse(line) as CommitLine);
    return { body: { commitOid: 'c', commitUrl: `${this.#address()}/commit/c` } };
  }

  #commit({ key, value }: CommitLine): void {
    if (key === 'file') this.files.set(value.path, Buffer.from(value.content, 'base64').toString());
    if (key === 'lfsFile') this.files.set(value.path, this.#large.get(value.oid)!);
  }
}

interface CommitLine {
  key: 'header' | 'file' | 'lfsFile';
  value: { path: string; content: string; oid: string };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

describe('the upload to the hub', () => {
  const folder = temporaryFolder();
  const server = new UploadServer();
  let address: string;
  const { HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH } = process.env;
  const content = {
    'README.md': '# pages, balanced\n',
    'dataset/balanced.csv': 'id,text,label\n1,Größe,glass\n',
    'dataset/balanced.parquet': 'PAR1 as a large file',
  };
  before(async () => {
    mkdirSync(join(folder, 'dataset'));
    for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text);
    address = await server.start();
    process.env.HF_TOKEN_PATH = join(folder, 'none');
  });
  beforeEach(() => {
    process.env.HF_ENDPOINT = address;
    process.env.HF_TOKEN = 'hf_write';
  });
  after(() => {
    server.stop();
    for (const [name, value] of Object.entries({ HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it('brings every file to a private repository, and again to one that is there', async () => {
    for (const round of ['first', 'again']) {
      server.files.clear();
      assert.equal(
        await pushToHub(folder, 'me/pages'),
        `${process.env.HF_ENDPOINT}/datasets/me/pages`,
        round,
      );
      assert.deepEqual(Object.fromEntries(server.files), content, round);
    }
    assert.equal(server.visibility, 'private');
  });

  it('says what is wrong: the name, no token, a token that may not write, a hub that is not there', async () => {
    await assert.rejects(
      pushToHub(folder, 'pages'),
      /--push: pages is not a repository name\. Write owner\/name/,
    );
    process.env.HF_TOKEN = 'hf_read';
    await assert.rejects(
      pushToHub(folder, 'me/pages'),
      /--push: .* returned 403 for me\/pages: .*HF_TOKEN has write access/,
    );
    process.env.HF_TOKEN = '';
    await assert.rejects(pushToHub(folder, 'me/pages'), /HF_TOKEN: is not set/);
    process.env.HF_TOKEN = 'hf_write';
    process.env.HF_ENDPOINT = 'http://127.0.0.1:1';
    await assert.rejects(pushToHub(folder, 'me/pages'), /cannot be reached .*nothing was committed/);
  });

  it("brings each class's model as transformers reads it, or says that it is gone", async () => {
    const store = new FolderStore(temporaryFolder());
    const publish = async (stage: string, letter: string, files: Record<string, string>) => {
      const staging = await store.stagingFolder(stage, letter.repeat(32));
      mkdirSync(join(staging, 'model'));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(staging, name), text);
      const about = { manifestVersion: 1 as const, stage, version: 1, key: letter.repeat(32) };
      return store.references(await store.publish(staging, { ...about, parameters: {}, summary: {} }));
    };
    const report = (await publish('report', 'a', { 'report.html': '' }))['report.html']!;
    const tuned = { 'model/config.json': '{}', 'model/model.safetensors': 'weights', 'losses.json': '[]' };
    const model = modelOf({ files: await publish('fineTune', 'b', tuned) });
    const { fineTune, generate, filter, ...settings } = parseSettings({ source: '/pages.csv' });
    const branch = { class: 'Bird watching', model, base: {}, learntFrom: [], kept: report, nextPrompt: 1 };
    await noteBranch(store, 'run', { ...branch, fineTune, generate, filter });
    const run = { runId: 'run', dataset: 'pages', finishedAt: '', fingerprint: '', train: report };
    const all = { ...settings, fineTune, generate, filter };
    const finished = { ...run, settings: all, classes: [], evaluations: {}, previous: null };

    const out = temporaryFolder();
    await assert.rejects(linkModels({ runId: 'run', report }, out), /--models: run: has no models/);
    await noteFinish(store, finished, ['Bird watching']);
    const folders = await linkModels({ runId: 'run', report }, out);
    const [place] = [...folders.keys()];
    assert.match(place!, /^models\/bird-watching-[0-9a-f]{4}$/);
    assert.ok(modelsSection(folders).includes(`| \`${place}\` | Bird watching |`));
    server.files.clear();
    await pushToHub(out, 'me/pages');
    assert.deepEqual(Object.fromEntries(server.files), {
      [`${place}/config.json`]: '{}',
      [`${place}/model.safetensors`]: 'weights',
    });

    await store.remove('fineTune', 'b'.repeat(32));
    await assert.rejects(
      linkModels({ runId: 'run', report }, temporaryFolder()),
      /model of Bird watching is no longer in/,
    );
  });
});
