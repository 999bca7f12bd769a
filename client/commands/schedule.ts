import { type Command, Option } from 'commander';
import { OVERLAPS, readCron, readInterval } from '../schedule-times.ts';
import { addInputFlags, addSessionFlags, collected, withExample } from './flags.ts';

type OfOne = 'describe' | 'trigger' | 'pause' | 'unpause' | 'remove';

export function schedule(command: Command): void {
  withExample(command, 'npx counterpoise schedule list');
  const sub = (name: string, description: string) =>
    addSessionFlags(command.command(name).description(description), { embedded: false }).option(
      '--json',
      'print the result as one line of JSON',
    );
  const actions = () => import('../actions/schedule.ts');
  const one = (name: string, description: string, action: OfOne) =>
    withExample(
      sub(name, description).argument('<id>', 'id of the schedule'),
      `npx counterpoise schedule ${name} counterpoise-scrape`,
    ).action(async (id, flags) => (await actions())[action](id, flags));
  const noted = (name: 'pause' | 'unpause', description: string) =>
    one(name, description, name).option('--note <text>', 'the reason, shown in the Web UI');

  addTimes(sub('create', 'make a schedule')).action(async (flags) => (await actions()).create(flags));
  withExample(sub('list', 'show the schedules that start runs'), 'npx counterpoise schedule list').action(
    async (flags) => (await actions()).list(flags),
  );
  one('describe', 'show one schedule, its settings and its latest runs', 'describe');
  one('trigger', 'start a run of a schedule at once', 'trigger');
  noted('pause', 'let a schedule start nothing until it is unpaused');
  noted('unpause', 'let a paused schedule go on');
  one('delete', 'remove a schedule; its runs go on', 'remove');
}

const addTimes = (create: Command) =>
  withExample(
    addInputFlags(create)
      .option('--id <id>', 'id of the schedule (default counterpoise-<dataset>)')
      .option('--every <interval>', 'interval between starts: 12h, 7d, 2w', readInterval)
      .option(
        '--cron <expression>',
        'start times, e.g. "30 6 * * MON"; repeatable',
        (text, earlier: string[] | undefined) => collected(readCron(text), earlier),
      )
      .addOption(
        new Option('--time-zone <name>', 'time zone of --cron, e.g. Europe/Berlin (default UTC)').conflicts(
          'every',
        ),
      )
      .addOption(
        new Option('--overlap <policy>', 'when one is due while the one before still runs')
          .choices(OVERLAPS)
          .default('skip'),
      )
      .option('--paused', 'create it paused')
      .option('--note <text>', 'its purpose, shown in the Web UI'),
    "npx counterpoise schedule create --source '/data/scrape-*.csv' --every 7d",
  );
