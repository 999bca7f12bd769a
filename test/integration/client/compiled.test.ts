import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ROOMS = ['client', 'worker', 'activities', 'workflows', 'lib', 'setup'];

/** The clock of files ticks every few milliseconds. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);

/** A checkout whose command says whether its sources or what was compiled of them runs. */
function checkout(): { folder: string; runs(): string; build(): void } {
  const folder = temporaryFolder();
  for (const room of ROOMS) mkdirSync(join(folder, room, 'deeper'), { recursive: true });
  cpSync(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const says = (what: string) => `export const main = async () => console.log('${what}');\n`;
  writeFileSync(join(folder, 'client', 'main.ts'), says('sources'));
  writeFileSync(join(folder, 'lib', 'deeper', 'one.ts'), '');
  return {
    folder,
    runs: () =>
      execFileSync(process.execPath, [join(folder, 'bin', 'counterpoise.js')], { encoding: 'utf8' }).trim(),
    build: () => {
      const entry = join(folder, 'dist', 'client', 'main.js');
      mkdirSync(join(folder, 'dist', 'client'), { recursive: true });
      writeFileSync(entry, says('compiled'));
      pause();
      const now = new Date();
      utimesSync(entry, now, now);
      pause();
    },
  };
}

describe('what the command runs', () => {
  it('is the sources of a checkout that was never built', () => {
    assert.equal(checkout().runs(), 'sources');
  });

  it('is the compiled files while they are newer than every source', () => {
    const { runs, build } = checkout();
    build();
    assert.equal(runs(), 'compiled');
  });

  const changes: [title: string, change: (folder: string) => void][] = [
    ['changed', (folder) => writeFileSync(join(folder, 'lib', 'deeper', 'one.ts'), '// changed\n')],
    ['new', (folder) => writeFileSync(join(folder, 'setup', 'deeper', 'two.ts'), '')],
    ['removed', (folder) => rmSync(join(folder, 'lib', 'deeper', 'one.ts'))],
    [
      'renamed',
      (folder) =>
        renameSync(join(folder, 'lib', 'deeper', 'one.ts'), join(folder, 'lib', 'deeper', 'two.ts')),
    ],
    [
      'replaced by one with an old date',
      (folder) => {
        const file = join(folder, 'lib', 'deeper', 'one.ts');
        writeFileSync(file, '// older\n');
        utimesSync(file, new Date(0), new Date(0));
      },
    ],
  ];
  for (const [title, change] of changes)
    it(`is the sources once one of them is ${title}`, () => {
      const { folder, runs, build } = checkout();
      build();
      change(folder);
      assert.equal(runs(), 'sources');
    });

  it('is the compiled files of a package, which has no sources', () => {
    const { folder, runs, build } = checkout();
    build();
    for (const room of ROOMS) rmSync(join(folder, room), { recursive: true });
    assert.equal(runs(), 'compiled');
  });
});
