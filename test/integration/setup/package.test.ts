import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage, ROOT, run } from '../package/install-package.ts';

/** The checks of `doctor`, by name: whether all is well, and what mends it. */
async function doctor(cwd: string, command: string[], env: NodeJS.ProcessEnv = {}) {
  const { exitCode, stdout } = await run(cwd, [...command, 'doctor', '--json'], env);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; remedy?: string }[] };
  return { exitCode, checks: new Map(checks.map((check) => [check.name, check])) };
}

describe('the packed package', function () {
  this.timeout(300_000);
  let folder: string;
  before(async () => {
    folder = await installPackage();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

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
});

describe('doctor', function () {
  this.timeout(60_000);
  /** A machine on which set-up has never run. */
  const nothing = { COUNTERPOISE_CACHE: join(tmpdir(), 'no-cache'), PATH: '/nowhere' };
  const command = [process.execPath, join(ROOT, 'bin', 'counterpoise.js')];

  it('finds what a checkout needs that is set up', async () => {
    const { checks } = await doctor(ROOT, command);
    for (const name of ['Node', 'TensorFlow binding', 'Temporal server'])
      assert.equal(checks.get(name)?.ok, true, name);
  });

  it('names the one command where the Temporal server is missing', async () => {
    const { exitCode, checks } = await doctor(ROOT, command, { ...nothing, TEMPORAL_ADDRESS: '' });
    assert.equal(exitCode, 1);
    assert.equal(checks.get('Temporal server')?.remedy, 'npx counterpoise setup');
  });

  it('asks for no server of its own where another one is named', async () => {
    const { checks } = await doctor(ROOT, command, { ...nothing, TEMPORAL_ADDRESS: 'temporal.example:7233' });
    assert.equal(checks.get('Temporal server')?.ok, true);
  });
});
