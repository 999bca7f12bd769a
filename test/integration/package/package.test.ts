/** The packed package in a project of somebody else's: its command, and the examples as their code. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { nodeArguments } from '../../../lib/threads/thread-pool.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { smallRun } from '../dag/system.ts';
import { doctor, installPackage, ROOT, run } from './install-package.ts';

describe('the packed package', function () {
  this.timeout(600_000);
  let checkout: string;
  let folder: string;
  let source: string;
  let server: EmbeddedServer;
  let worker: ChildProcess | undefined;
  const example = (name: string, ...args: string[]) => {
    const file = join(folder, `${name}.ts`);
    return [process.execPath, ...nodeArguments(file), file, ...args];
  };
  before(async () => {
    ({ checkout, folder } = await installPackage());
    cpSync(join(ROOT, 'examples'), folder, { recursive: true });
    source = join(folder, 'pages.csv');
    await writeDemoCorpus(source, { seed: 7, pages: 900 });
    server = await startEmbeddedServer({ home: folder, log: () => {} });
  });
  after(async () => {
    worker?.kill('SIGKILL');
    await server?.stop();
  });

  it('is packed as publint and attw want it', async () => {
    const { exitCode, stdout } = await run(checkout, ['npm', 'run', 'check:package']);
    assert.equal(exitCode, 0, stdout);
  });

  it('runs its command', async () => {
    const { exitCode, stdout } = await run(folder, ['npx', 'counterpoise', '--version']);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('has no TensorFlow binding until it is set up, and doctor says with what', async () => {
    const before = await doctor(folder, ['npx', 'counterpoise']);
    assert.equal(before.exitCode, 1);
    assert.deepEqual(
      [before.checks.get('TensorFlow binding')?.ok, before.checks.get('TensorFlow binding')?.remedy],
      [false, 'npx counterpoise setup'],
    );
    assert.equal((await run(folder, ['npx', 'counterpoise', 'setup'])).exitCode, 0);
    const after = await doctor(folder, ['npx', 'counterpoise']);
    assert.equal(after.checks.get('TensorFlow binding')?.ok, true);
  });

  it('trains a model in it', async () => {
    const texts = ['we print books and cards', 'our press prints posters', 'paper, ink and a press'];
    writeFileSync(join(folder, 'texts.jsonl'), texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    const argv = [
      'npx',
      'counterpoise',
      'pretrain',
      '--texts',
      'texts.jsonl',
      '--out',
      'model',
      '--epochs',
      '1',
    ];
    const { exitCode, stdout } = await run(folder, [...argv, '--json']);
    assert.equal(exitCode, 0, stdout);
    assert.ok(JSON.parse(stdout).loss > 0);
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
    const evaluations = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { method: string; microF1: number; macroF1: number });
    assert.deepEqual(
      evaluations.map(({ method }) => method),
      ['regular', 'oversample'],
    );
    for (const { microF1, macroF1 } of evaluations) assert.ok(microF1 > 0 && macroF1 > 0);
  });

  it('balances a dataset as a child of a workflow of their own, in a worker of their own that sets TensorFlow up', async () => {
    rmSync(join(folder, 'node_modules/@tensorflow/tfjs-node/lib/napi-v8'), { recursive: true });
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
