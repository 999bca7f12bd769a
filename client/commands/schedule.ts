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
    one(name, description, name).option('--note <text>', 'why; the Web UI shows it');

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
      .option('--every <interval>', 'time between two starts: 12h, 7d, 2w', readInterval)
      .option(
        '--cron <expression>',
        'start times, as "30 6 * * MON"; may be repeated',
        (text, earlier: string[] | undefined) => collected(readCron(text), earlier),
      )
      .addOption(
        new Option(
          '--time-zone <name>',
          'in which --cron is meant, as Europe/Berlin (default UTC)',
        ).conflicts('every'),
      )
      .addOption(
        new Option('--overlap <policy>', 'when one is due while the one before still runs')
          .choices(OVERLAPS)
          .default('skip'),
      )
      .option('--paused', 'make it paused')
      .option('--note <text>', 'what it is for; the Web UI shows it'),
    "npx counterpoise schedule create --source '/data/scrape-*.csv' --every 7d",
  );
