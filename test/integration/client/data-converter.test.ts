import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { smallRun } from '../dag/system.ts';
import { command, start } from './command.ts';

const CODEC = fileURLToPath(new URL('../../../examples/encryption.mjs', import.meta.url));

describe('payloads with a data converter', function () {
  this.timeout('10m');
  const home = temporaryFolder();
  const env = { COUNTERPOISE_DATA_CONVERTER: CODEC, PAYLOAD_KEY: randomBytes(32).toString('hex') };
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  let connection: Connection;
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    connection = await Connection.connect({ address: server.address });
  });
  after(async () => {
    await connection?.close();
    await server?.stop();
  });

  it('are encrypted wherever Temporal keeps them, and read by worker and commands', async () => {
    const source = join(home, 'secret-pages.csv');
    await writeDemoCorpus(source, { seed: 7, pages: 600 });
    writeFileSync(join(home, 'input.json'), JSON.stringify(smallRun(source)));
    const flags = ['--address', server.address, '--home', home];
    const worker = start(['worker', ...flags], { env });
    try {
      const run = ['run', ...flags, '--input', join(home, 'input.json'), '--workflow-id', 'secret', '--json'];
      const { exitCode, stdout, stderr } = await command(run, { env });
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /"methods":/);
    } finally {
      worker.kill('SIGTERM');
      await worker.ended;
    }

    const stranger = new Client({ connection });
    const history = await stranger.workflow.getHandle('secret').fetchHistory();
    const payloads = payloadsIn(history.events!.map((event) => JSON.parse(JSON.stringify(event))));
    assert.ok(payloads.length > 20);
    for (const { metadata } of payloads)
      assert.equal(Buffer.from(metadata.encoding, 'base64').toString(), 'binary/encrypted');
  });

  it('are not sent where the module is none', async () => {
    const module = join(home, 'none.mjs');
    writeFileSync(module, 'export const codec = 1;\n');
    const flags = ['--address', server.address, '--home', home, '--data-converter', module];
    const { exitCode, stderr } = await command(['status', ...flags]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--data-converter: .*none\.mjs: its default export is no data converter\. Name a/);
  });
});

interface EncodedPayload {
  metadata: { encoding: string };
}

/** Every payload in an event, search attributes aside: the server itself has to read those. */
function payloadsIn(value: unknown): EncodedPayload[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('metadata' in value && 'data' in value) return [value as EncodedPayload];
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'searchAttributes' ? [] : payloadsIn(each),
  );
}
