import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { command, type Ended, start } from './command.ts';
import { startStandInWorker } from './stand-in-worker.ts';

describe('one run from the command line', function () {
  this.timeout(120_000);
  const home = temporaryFolder();
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  let worker: Awaited<ReturnType<typeof startStandInWorker>>;
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    worker = await startStandInWorker(server.address, {
      classThatFails: 'printing',
      fineTuning: () => setTimeout(1500),
    });
  });
  after(async () => {
    await worker?.stop();
    await server?.stop();
  });

  const flags = () => ['--address', server.address, '--home', home];
  const run = (...argv: string[]) => command([argv[0]!, ...flags(), ...argv.slice(1)]);
  const begin = (...argv: string[]) => start([argv[0]!, ...flags(), ...argv.slice(1)]);
  const lastLine = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1)!);

  it('has nothing to show before the first one', async () => {
    const { exitCode, stderr } = await run('status');
    assert.equal(exitCode, 2);
    assert.match(stderr, /namespace default has no run\. Start one: npx counterpoise run --source FILE/);
  });

  for (const argv of [['status', 'some-run'], ['run', '--source', '/pages.csv', '--detach'], ['worker']])
    it(`is not looked for in a namespace that does not exist: ${argv[0]}`, async () => {
      const { exitCode, stderr } = await run(...argv, '--namespace', 'nope');
      assert.equal(exitCode, 2);
      assert.match(
        stderr,
        /^counterpoise: Temporal namespace: 127\.0\.0\.1:\d+ has no namespace nope\. Check --namespace or TEMPORAL_NAMESPACE; .*\n$/,
      );
    });

  it('is started, waits for a decision, is retried with another setting and gives its result', async () => {
    const watched = begin('run', '--source', '/pages.csv', '--workflow-id', 'first');
    await watched.says('printing: waits for you: OutOfMemory: a batch of 8 is too much');
    await watched.says('bird watching: balanced, 80 of 80 records');

    const status = await run('status', '--json');
    assert.deepEqual([lastLine(status).workflowId, lastLine(status).status], ['first', 'RUNNING']);
    for (const [argv, message] of [
      [
        ['--class', 'pottery'],
        /class "pottery" has no branch in this run; classes with one: printing, bird watching/,
      ],
      [
        ['--class', 'bird watching'],
        /class bird watching is balanced: only a waiting branch can be retried or skipped/,
      ],
    ] as const) {
      const refused = await run('retry', ...argv);
      assert.equal(refused.exitCode, 2);
      assert.match(refused.stderr, message);
    }

    const retried = await run('retry', 'first', '--class', 'printing', '--set', 'fineTune.batchSize=4');
    assert.deepEqual([retried.exitCode, retried.stderr], [0, '']);
    const { exitCode, stdout } = await watched.ended;
    assert.equal(exitCode, 0);
    const told = stdout.split('\n');
    for (const line of [
      'adapt: left out',
      'printing: fine-tune 30 of 60 steps, loss 2.5',
      'printing: balanced, 90 of 90 records',
      'report: done',
    ])
      assert.ok(told.includes(line), `"${line}" is told in:\n${stdout}`);
    assert.ok(told.includes('It makes no difference.'), 'the verdict is told');
    assert.match(stdout, /^Report: {3}file:\/\/\/nowhere\/report\.html$/m);

    const result = lastLine(await run('watch', '--json'));
    assert.deepEqual(Object.keys(result), [
      'runId',
      'verdict',
      'methods',
      'protocols',
      'classes',
      'dataset',
      'report',
      'changed',
    ]);
    assert.equal(result.methods.generated.macroF1, 0.8);
    assert.deepEqual(result.classes.printing, { train: 10, test: 2, generated: 90, state: 'balanced' });
    assert.deepEqual(lastLine(await run('report', 'first', '--json')), result);
    const copied = await run('report', '--out', home);
    assert.equal(copied.exitCode, 2);
    assert.match(copied.stderr, /report\.html is not on this machine/);
  });

  it('goes on when nobody watches any more, and ends with the class skipped', async () => {
    const watched = begin('run', '--source', '/pages.csv', '--workflow-id', 'second');
    await watched.says('printing: waits for you');
    watched.kill('SIGINT');
    const { exitCode, stderr } = await watched.ended;
    assert.equal(exitCode, 130);
    const second = `second --address ${server.address} --home ${home}`;
    assert.equal(
      stderr,
      `counterpoise: stopped watching; the run goes on. Watch it: npx counterpoise watch ${second}. Stop it: npx counterpoise cancel ${second}\n`,
    );

    const again = await run('run', '--source', '/pages.csv', '--workflow-id', 'second');
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /second is already running\. Watch it: npx counterpoise watch second/);
    assert.equal((await run('report', 'second')).exitCode, 2);

    assert.equal(
      (await run('skip', 'second', '--class', 'printing', '--reason', 'too few pages')).exitCode,
      0,
    );
    const ended = await run('watch', 'second', '--json');
    assert.equal(ended.exitCode, 0);
    assert.equal(ended.stdout.trimEnd().split('\n').length, 1, 'standard output holds the result alone');
    assert.match(ended.stderr, /^printing: skipped: too few pages$/m);
    assert.equal(lastLine(ended).classes.printing.state, 'skipped');
  });

  it('is left to its worker with --detach, and cancelled', async () => {
    const detached = await run('run', '--source', '/pages.csv', '--detach', '--json');
    const { runId } = lastLine(detached);
    assert.match(runId, /^counterpoise-pages-\d{8}-\d{6}$/);
    assert.equal((await run('cancel', runId)).exitCode, 0);
    const { exitCode, stderr, stdout } = await run('watch', runId, '--json');
    assert.equal(exitCode, 1);
    assert.match(stderr, /counterpoise: the run was cancelled; finished stages are kept for the next one\n$/);
    assert.equal(JSON.parse(stdout).error.type, 'Cancelled');
  });

  it('is listed, and the newest that has not failed is reported', async () => {
    const { runs } = lastLine(await run('list', '--json')) as { runs: { runId: string; status: string }[] };
    const listed = runs.map(({ runId, status }) => [runId, status]);
    assert.deepEqual(listed.slice(1), [
      ['second', 'completed'],
      ['first', 'completed'],
    ]);
    assert.equal(listed[0]![1], 'cancelled');
    assert.match((await run('list')).stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ {2}completed {3}first$/m);
    const report = await run('report', '--json');
    assert.deepEqual([report.exitCode, lastLine(report).classes.printing.state], [0, 'skipped']);
  });

  it("ends with exit code 2 and the failure's message when the worker finds the user's mistake", async () => {
    const { exitCode, stderr } = await run('run', '--source', 'file:///missing.csv');
    assert.equal(exitCode, 2);
    assert.equal(stderr, 'counterpoise: source: file:///missing.csv is not there. Check the path\n');
  });

  it('is unknown under another name', async () => {
    const { exitCode, stderr } = await run('watch', 'third');
    assert.equal(exitCode, 2);
    assert.match(stderr, /^counterpoise: third: no such run/);
  });
});
