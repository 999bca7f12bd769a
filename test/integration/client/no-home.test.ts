import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/counterpoise.js', import.meta.url));
/** As OpenShift and `docker run --user` start containers. */
const NOBODY = ['--reuid', '12345', '--regid', '12345', '--clear-groups'];

describe('a user whose id no user has', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const own = join(folder, 'own');

  const run = (environment: Record<string, string>, ...argv: string[]) => {
    const { HOME: _, XDG_CACHE_HOME: __, COUNTERPOISE_CACHE: ___, ...env } = process.env;
    return spawnSync('setpriv', [...NOBODY, process.execPath, COMMAND, ...argv], {
      env: { ...env, ...environment },
      encoding: 'utf8',
    });
  };

  before(function () {
    chmodSync(folder, 0o755);
    mkdirSync(own);
    chmodSync(own, 0o777);
    if (run({}, '--version').status !== 0) this.skip();
  });

  it('is told of the missing home in one line, beside all other checks', () => {
    const { stdout } = run({}, 'doctor');
    assert.match(
      stdout,
      /^✗ Home folder +this user has none\n +→ .*COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME/m,
    );
    for (const check of ['Node', 'TensorFlow binding', 'Temporal server', 'Memory', 'Disk for runs'])
      assert.match(stdout, new RegExp(`^[✓✗] ${check}`, 'm'));
  });

  it('is told that a cache in the home / cannot be made', () => {
    const { stdout } = run({ HOME: '/' }, 'doctor');
    assert.match(stdout, /^✗ Disk for the cache +this user may not write to \//m);
  });

  it('misses no home where all folders are named', () => {
    const named = {
      COUNTERPOISE_CACHE: join(own, 'cache'),
      HF_HOME: join(own, 'hub'),
      COUNTERPOISE_HOME: join(own, 'runs'),
    };
    const { stdout } = run(named, 'doctor');
    assert.doesNotMatch(stdout, /Home folder/);
    assert.match(stdout, /^✓ Disk for the cache/m);
  });

  it('cleans a file', () => {
    const source = join(folder, 'pages.csv');
    const rows = Array.from(
      { length: 20 },
      (_, at) => `${at},Some text of page number ${at},${at % 2 ? 'bakery' : 'printing'}`,
    );
    writeFileSync(source, ['id,text,industry', ...rows].join('\n'));
    const settings = ['classes.minRecords=1', 'classes.rare=1', 'language=null', 'duplicates.drop=none'];
    const { status, stderr } = run(
      {},
      ...['clean', source, '--out', join(own, 'out')],
      ...settings.flatMap((setting) => ['--set', setting]),
    );
    assert.equal(status, 0, stderr);
  });
});
