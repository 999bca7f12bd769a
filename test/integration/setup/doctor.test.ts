import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doctor, ROOT } from '../package/install-package.ts';

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
