import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import type { Plan } from '../../../client/make-plan.ts';
import type { PlanOutline } from '../../../client/plan-words.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { smallRun } from '../dag/system.ts';
import { command } from './command.ts';

describe('the plan of a run', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const scrapes = join(folder, 'scrapes');
  const source = join(scrapes, 'pages.csv');
  const home = join(folder, 'home');
  before(async () => {
    mkdirSync(scrapes);
    await writeDemoCorpus(source, { seed: 7, pages: 600 });
    for (const name of ['notes.md', 'empty.csv']) writeFileSync(join(scrapes, name), '');
  });

  const { source: _, ...settings } = smallRun(source);
  const assignments = Object.entries(settings).flatMap(([name, value]) => [
    '--set',
    `${name}=${JSON.stringify(value)}`,
  ]);
  const plan = async (...argv: string[]) => {
    const { stdout, stderr } = await command([...argv, '--source', scrapes, '--home', home, ...assignments]);
    assert.ok(stdout, stderr);
    return stdout;
  };

  it('shows what either preset would take', async () => {
    const { presets } = JSON.parse(await plan('plan', '--json', '--preset', 'recommended')) as {
      presets: Record<'paper' | 'recommended', PlanOutline>;
    };
    assert.deepEqual(Object.keys(presets), ['recommended', 'paper']);
    for (const { seconds, memory, records, rare } of Object.values(presets))
      assert.ok(seconds > 0 && memory > 0 && records > 0 && rare === 2);
  });

  it('tells classes, work and time, and prepares the corpus for the run', async () => {
    const { survey, work, estimate, cached, speeds } = JSON.parse(await plan('plan', '--json')) as Plan;
    assert.deepEqual([survey.rows, survey.isSample, survey.classes.length], [600, false, 4]);
    for (const branch of work.branches) {
      assert.equal(branch.wanted, Math.max(0, 30 - branch.train));
      assert.equal(branch.steps, branch.wanted > 0 ? Math.ceil((2 * branch.train) / 8) : 0);
    }
    const parts = [estimate.prepare, estimate.model, estimate.branches, estimate.evaluate, estimate.report];
    for (const seconds of [...parts, speeds.startSeconds, speeds.model.fineTune.secondsPerStep])
      assert.ok(seconds > 0);
    assert.ok(estimate.total > parts.reduce((sum, seconds) => sum + seconds, 0));
    assert.deepEqual([cached.prepared, cached.base, cached.sameRun], [true, false, undefined]);
    assert.deepEqual(
      ['prepare', 'pretrain'].map((stage) => existsSync(join(home, 'artifacts', stage))),
      [true, false],
    );
  });

  it('is what run --dry-run tells, as a person reads it', async () => {
    const told = await plan('run', '--dry-run');
    for (const name of ['notes.md', 'empty.csv']) assert.ok(told.includes(`\n  ${join(scrapes, name)}\n`));
    assert.match(told, /^Cleaning: {3}600 rows, .* records of 4 classes kept, done before$/m);
    assert.match(told, /^ {2}.+: \d+, rare: \d+ training steps, \d+ records to generate$/m);
    assert.match(told, /^Cached: {5}the prepared corpus$/m);
    assert.match(told, /^Time here: {2}about .+ with one worker of \d+ model slots?: prepare /m);
  });

  it('fails as the run would', async () => {
    const { exitCode, stderr } = await command(['plan', '--source', join(folder, 'none.csv')]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^counterpoise: .*none\.csv: no such file\. .*\n$/);
  });
});
