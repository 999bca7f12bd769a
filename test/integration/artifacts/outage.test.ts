import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Store } from '../../../lib/artifacts/s3-store.ts';
import { s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const KEY = '0123456789abcdef0123456789abcdef';

describe('a store in a bucket', function () {
  this.timeout(120_000);

  it('goes on when the server is away for a while, in the middle of a file too', async () => {
    const server = await s3Server();
    /** A store as another machine opens it: with a local folder of its own. */
    const machine = () => {
      process.env.COUNTERPOISE_STORE_CACHE = temporaryFolder();
      return new S3Store(`s3://${server.bucket}/outage`);
    };
    const store = machine();
    const staging = await store.stagingFolder('write', KEY);
    const content = Buffer.alloc(40 * 2 ** 20, 'never twice the same ');
    writeFileSync(join(staging, 'large.bin'), content);
    const publishing = store.publish(staging, {
      manifestVersion: 1,
      stage: 'write',
      version: 1,
      key: KEY,
      parameters: {},
      summary: {},
    });
    await new Promise((resume) => setTimeout(resume, 150));
    await server.stop();
    await new Promise((resume) => setTimeout(resume, 3000));
    await server.start();
    const [reference] = Object.values(store.references(await publishing));
    const opening = machine().open(reference!);
    await new Promise((resume) => setTimeout(resume, 60));
    await server.stop();
    await new Promise((resume) => setTimeout(resume, 1000));
    await server.start();
    assert.ok(readFileSync(await opening).equals(content));
  });
});
