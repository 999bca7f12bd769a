import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { startEmbeddedServer } from '../../../worker/embedded-server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { until } from '../dag/system.ts';
import { command, type Ended } from './command.ts';
import { startStandInWorker } from './stand-in-worker.ts';

describe('schedules from the command line', function () {
  this.timeout(120_000);
  const home = temporaryFolder();
  let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
  let worker: Awaited<ReturnType<typeof startStandInWorker>>;
  before(async () => {
    server = await startEmbeddedServer({ home, log: () => {} });
    worker = await startStandInWorker(server.address);
  });
  after(async () => {
    await worker?.stop();
    await server?.stop();
  });

  const schedule = (verb: string, ...argv: string[]) =>
    command(['schedule', verb, ...argv, '--address', server.address, '--home', home, '--json']);
  const lastLine = ({ stdout, stderr }: Ended) => {
    assert.ok(stdout, stderr);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
  };

  it('are made with the settings of a run, described, and listed', async () => {
    const made = lastLine(
      await schedule(
        ...['create', '--source', '/scrapes/pages-*.csv', '--set', 'classes.rare=3'],
        ...['--every', '7d', '--overlap', 'buffer-one', '--note', 'weekly'],
      ),
    );
    assert.deepEqual(
      [made.id, made.when, made.overlap, made.note],
      ['counterpoise-pages', ['every 7 days'], 'buffer-one', 'weekly'],
    );
    assert.deepEqual(made.input, { source: '/scrapes/pages-*.csv', classes: { rare: 3 } });
    assert.equal(new Date(made.next[1]).getTime() - new Date(made.next[0]).getTime(), 7 * 24 * 3_600_000);

    const cron = await schedule(
      ...['create', '--id', 'mondays', '--source', '/pages.csv', '--paused'],
      ...['--cron', '30 6 * * MON', '--time-zone', 'Europe/Berlin'],
    );
    assert.deepEqual(lastLine(cron).when, ['at 06:30 on MONDAY']);
    assert.equal(lastLine(cron).overlap, 'skip');

    const listed = await until('both in the list', async () => {
      const { schedules } = lastLine(await schedule('list'));
      return schedules.length === 2 && schedules;
    });
    assert.deepEqual(
      listed.map(({ id, paused }: { id: string; paused: boolean }) => [id, paused]),
      [
        ['counterpoise-pages', false],
        ['mondays', true],
      ],
    );
  });

  it('start runs whose ids name the schedule', async () => {
    const { runId } = lastLine(await schedule('trigger', 'mondays'));
    assert.match(runId, /^mondays-\d{4}-\d\d-\d\dT/);
    const connection = await Connection.connect({ address: server.address });
    const handle = new Client({ connection }).workflow.getHandle(runId);
    assert.equal((await handle.result()).runId, runId);
    assert.equal(await (await handle.describe()).staticSummary(), 'balance pages, scheduled by mondays');
    await connection.close();
  });

  it('are paused, unpaused and deleted', async () => {
    assert.equal((await schedule('unpause', 'mondays')).exitCode, 0);
    assert.equal(lastLine(await schedule('describe', 'mondays')).paused, false);
    assert.equal((await schedule('pause', 'mondays', '--note', 'holidays')).exitCode, 0);
    const described = lastLine(await schedule('describe', 'mondays'));
    assert.deepEqual([described.paused, described.note], [true, 'holidays']);
    assert.equal((await schedule('delete', 'mondays')).exitCode, 0);
    const gone = await schedule('describe', 'mondays');
    assert.equal(gone.exitCode, 2);
    assert.match(gone.stderr, /^counterpoise: mondays: no such schedule\. See which there are/);
  });

  const mistakes: [argv: string[], line: RegExp][] = [
    [['create', '--source', '/pages.csv'], /^counterpoise: --every: missing, and so is --cron\. /],
    [
      ['create', '--source', '/pages.csv', '--every', '1d', '--cron', '0 0 * * *'],
      /^counterpoise: --every: cannot be used with --cron\. /,
    ],
    [
      ['create', '--source', '/pages.csv', '--every', 'weekly'],
      /'weekly' is invalid\. Expected a number and m, h, d or w/,
    ],
    [
      ['create', '--source', '/pages.csv', '--cron', 'noon'],
      /^counterpoise: option .--cron <expression>. argument .noon. is invalid\. .*one field instead of five/,
    ],
    [
      ['create', '--source', '/pages.csv', '--every', '7d', '--overlap', 'queue'],
      /Allowed choices are skip, /,
    ],
    [
      ['create', '--source', '/pages.csv', '--every', '7d', '--id', 'counterpoise-pages'],
      /^counterpoise: --id: schedule counterpoise-pages already exists\. /,
    ],
    [['create', '--every', '7d'], /^counterpoise: source: missing\. /],
    [['pause', 'nobody'], /^counterpoise: nobody: no such schedule\. /],
    [['trigger'], /missing required argument 'id'/],
  ];
  for (const [argv, line] of mistakes)
    it(`${argv.join(' ')}: exit code 2 and one line`, async () => {
      const { exitCode, stderr } = await schedule(argv[0]!, ...argv.slice(1));
      assert.match(stderr, line);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
      assert.equal(exitCode, 2);
    });
});
