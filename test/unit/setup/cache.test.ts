import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../lib/artifacts/user-folders.ts';
import { buildOnce, cached } from '../../../setup/cache.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const pause = (milliseconds: number) => new Promise((resume) => setTimeout(resume, milliseconds));

describe('the cache of set-up', () => {
  const parent = temporaryFolder();
  let folder: string;
  const before = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(join(parent, 'cache-'));
    process.env.COUNTERPOISE_CACHE = folder;
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it("lies where COUNTERPOISE_CACHE says, else in the user's cache folder", () => {
    assert.equal(cacheFolder(), folder);
    delete process.env.COUNTERPOISE_CACHE;
    process.env.XDG_CACHE_HOME = '/var/cache/me';
    assert.equal(cacheFolder(), '/var/cache/me/counterpoise');
    delete process.env.XDG_CACHE_HOME;
    assert.equal(cacheFolder(), join(homedir(), '.cache', 'counterpoise'));
  });

  it('builds an entry once, however many want it at the same time', async () => {
    let builds = 0;
    const build = async (target: string) => {
      builds += 1;
      await pause(50);
      await writeFile(join(target, 'file'), `build ${builds}`);
    };
    const paths = await Promise.all([1, 2, 3].map(() => buildOnce('entry', build)));
    assert.deepEqual(paths, Array(3).fill(join(folder, 'entry')));
    assert.equal(builds, 1);
    assert.equal(await readFile(join(folder, 'entry', 'file'), 'utf8'), 'build 1');
    assert.deepEqual(readdirSync(folder), ['entry']);
  });

  it('has no entry after a build that failed, and builds it at the next try', async () => {
    const failing = async (target: string) => {
      await writeFile(join(target, 'half'), '');
      throw new Error('out of disk');
    };
    await assert.rejects(buildOnce('entry', failing), /out of disk/);
    assert.equal(cached('entry'), undefined);
    assert.deepEqual(readdirSync(folder), []);
    await buildOnce('entry', (target) => writeFile(join(target, 'whole'), ''));
    assert.equal(cached('entry'), join(folder, 'entry'));
  });

  it('takes over from a builder that was killed, and removes what it left', async () => {
    mkdirSync(join(folder, 'entry.building-abc'));
    const lock = join(folder, 'entry.lock');
    writeFileSync(lock, '1\n');
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, minuteAgo, minuteAgo);
    await buildOnce('entry', async () => {});
    assert.deepEqual(readdirSync(folder), ['entry']);
  });

  it('waits for a builder that lives, says so, and takes what it built', async () => {
    const lock = join(folder, 'entry.lock');
    writeFileSync(lock, '1\n');
    const said: string[] = [];
    const reporter = { progress: (line: string) => said.push(line) };
    const waiting = buildOnce('entry', () => assert.fail('it is built already'), reporter);
    while (said.length === 0) await pause(10);
    assert.match(said[0]!, /waiting for another process that makes entry/);
    mkdirSync(join(folder, 'entry'));
    rmSync(lock);
    assert.equal(await waiting, join(folder, 'entry'));
  });
});
