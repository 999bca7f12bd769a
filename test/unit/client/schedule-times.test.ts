import assert from 'node:assert/strict';
import { describeCalendar, intervalWords, readCron, readInterval } from '../../../client/schedule-times.ts';

describe('times of a schedule', () => {
  for (const [typed, words] of [
    ['7d', '7 days'],
    ['2 weeks', '2 weeks'],
    ['1 day', 'day'],
    ['90m', '90 minutes'],
    ['12 Hours', '12 hours'],
    ['60s', 'minute'],
  ] as const)
    it(`"${typed}" is every ${words}`, () => assert.equal(intervalWords(readInterval(typed)), words));

  for (const typed of ['weekly', '7', '7 years', '-1d', '0d', '30s', ''])
    it(`"${typed}" is none`, () =>
      assert.throws(() => readInterval(typed), /Expected a number and m, h, d or w/));

  for (const typed of [
    '30 6 * * MON',
    '*/5 0-6 1,15 * ?',
    'CRON_TZ=Europe/Berlin 0 6 * * 1-5',
    '@daily',
    '@every 90m',
  ])
    it(`"${typed}" is a cron expression`, () => assert.equal(readCron(typed), typed));

  for (const [typed, problem] of [
    ['0 0 6 * * *', /has 6 fields instead of five/],
    ['0 0 6 * * ? 2027', /has 7 fields/],
    ['6 * * *', /has 4 fields/],
    ['', /has one field/],
    ['0 6 * * MON#1', /"MON#1" is no field/],
    ['0 6 L * *', /"L" is no field/],
    ['0 6 15W * *', /"15W" is no field/],
    ['0 6 * * 5L', /"5L" is no field/],
    ['@reboot', /has one field/],
  ] as const)
    it(`"${typed}" is no cron expression`, () => assert.throws(() => readCron(typed), problem));

  it('reads as words where the server turned a cron expression into a calendar', () => {
    const one = <U>(start: U, end = start, step = 1) => [{ start, end, step }];
    const daily = {
      second: one(0),
      minute: one(5),
      hour: one(22),
      dayOfMonth: one(1, 31),
      month: one('JANUARY' as const, 'DECEMBER' as const),
      year: [],
      dayOfWeek: one('SUNDAY' as const, 'SATURDAY' as const),
    };
    assert.equal(describeCalendar(daily), 'at 22:05');
    assert.equal(
      describeCalendar({ ...daily, hour: one(0, 23, 6), dayOfMonth: one(1), month: one('MAY' as const) }),
      'at minute 5 of hour 0 to 23 by 6 on day 1 of the month in MAY',
    );
  });
});
