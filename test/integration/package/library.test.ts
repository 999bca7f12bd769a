/** The examples in a project of somebody else's, on the packed package. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { nodeArguments } from '../../../lib/threads/thread-pool.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { smallRun } from '../dag/system.ts';
import { installPackage, ROOT, run } from './install-package.ts';

describe('the package as a library', function () {
  this.timeout(600_000);
  let folder: string;
  let source: string;
  let server: EmbeddedServer;
  let worker: ChildProcess | undefined;
  const example = (name: string, ...args: string[]) => {
    const file = join(folder, `${name}.ts`);
    return [process.execPath, ...nodeArguments(file), file, ...args];
  };
  before(async () => {
    folder = await installPackage();
    cpSync(join(ROOT, 'examples'), folder, { recursive: true });
    source = join(folder, 'pages.csv');
    await writeDemoCorpus(source, { seed: 7, pages: 900 });
    server = await startEmbeddedServer({ home: folder, log: () => {} });
  });
  after(async () => {
    worker?.kill('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is packed as publint and attw want it', async () => {
    const { exitCode, stdout } = await run(ROOT, ['npm', 'run', 'check:package']);
    assert.equal(exitCode, 0, stdout);
  });

  it('has types for all that the examples use', async () => {
    const compilerOptions = {
      ...{ target: 'ES2023', module: 'NodeNext', strict: true, noEmit: true, skipLibCheck: true },
      ...{ allowImportingTsExtensions: true, noUncheckedIndexedAccess: true },
      ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const { exitCode, stdout } = await run(folder, [join(ROOT, 'node_modules', '.bin', 'tsc')]);
    assert.equal(exitCode, 0, stdout);
  });

  it('runs stages without Temporal', async () => {
    const { stdout } = await run(folder, example('compose-stages', source, 'composed'));
    assert.match(stdout, /^\{"method":"regular".*\n\{"method":"oversample".*\n$/);
  });

  it('balances a dataset as a child of a workflow of their own, in a worker of their own', async () => {
    const env = { TEMPORAL_ADDRESS: server.address };
    const [command = '', ...args] = example('own-worker', join(folder, 'artifacts'));
    worker = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    const argv = example('child-workflow', JSON.stringify(smallRun(source)));
    const { exitCode, stdout } = await run(folder, argv, env);
    assert.equal(exitCode, 0, stdout);
    const [, dataset = ''] = /^balanced: (file:.*)\n$/.exec(stdout) ?? assert.fail(stdout);
    assert.match(readFileSync(fileURLToPath(dataset), 'utf8'), /,generated,/);
  });
});
