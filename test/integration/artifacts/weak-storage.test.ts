import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const STORE = fileURLToPath(new URL('../../../lib/artifacts/s3-store.ts', import.meta.url));
/** In a process of its own, because a process has one client for all buckets. */
const CHECK = `
  const { S3Store } = await import(process.argv[1]);
  await new S3Store('s3://bucket/prefix').check().then(
    () => console.log('passed'),
    (error) => console.log(error.name + ': ' + error.message),
  );`;

/** A storage that has a bucket and, of conditional writes, nothing or only the error. */
function storage(answerToCondition: number, objects: Set<string>): Server {
  return createServer(async (request, response) => {
    for await (const _ of request);
    const key = new URL(request.url!, 'http://x').pathname;
    const conditional = request.method === 'PUT' && request.headers['if-none-match'] !== undefined;
    if (conditional && answerToCondition !== 200) {
      response.writeHead(answerToCondition).end('<Error><Code>NotImplemented</Code></Error>');
      return;
    }
    if (request.method === 'PUT') objects.add(key);
    if (request.method === 'POST') objects.clear();
    response.end(request.method === 'POST' ? '<DeleteResult/>' : undefined);
  });
}

describe('the check of a bucket before any work', function () {
  this.timeout(60_000);
  let server: Server;
  afterEach(() => void server.close());

  const cases: [what: string, answer: number, message: RegExp][] = [
    ['refuses conditional writes', 501, /cannot do what is needed .*knows conditional writes/],
    [
      'takes no notice of them',
      200,
      /takes no notice of If-None-Match, so that two workers would write over/,
    ],
  ];
  for (const [what, answer, message] of cases)
    it(`finds that the storage ${what}, and leaves nothing there`, async () => {
      const objects = new Set<string>();
      server = storage(answer, objects);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', CHECK, STORE],
        {
          timeout: 50_000,
          env: {
            ...process.env,
            AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            AWS_ACCESS_KEY_ID: 'x',
            AWS_SECRET_ACCESS_KEY: 'y',
            COUNTERPOISE_STORE_CACHE: temporaryFolder(),
          },
        },
      );
      assert.match(stdout, /^InvalidInput: s3:\/\/bucket\/prefix/);
      assert.match(stdout, message);
      assert.equal(objects.size, 0);
    });
});
