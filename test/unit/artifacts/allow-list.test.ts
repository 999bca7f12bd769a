import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const refused = (message: RegExp) => (error: Error) => {
  assert.equal(error.name, 'InvalidInput');
  assert.match(error.message, message);
  return true;
};

describe('what a worker may read', () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  mkdirSync(join(folder, 'data-of-others'));
  writeFileSync(join(data, 'pages.csv'), '');
  writeFileSync(join(folder, 'data-of-others', 'pages.csv'), '');
  symlinkSync('/etc', join(data, 'out'));
  symlinkSync(join(folder, 'data-of-others', 'pages.csv'), join(data, 'linked.csv'));
  symlinkSync(join(data, 'pages.csv'), join(data, 'inner.csv'));
  symlinkSync(data, join(folder, 'root'));
  symlinkSync('/etc/nowhere/at-all', join(data, 'broken'));
  symlinkSync(join(data, 'circle'), join(data, 'circle'));

  const allowed: [what: string, allow: string, path: string][] = [
    ['a file below a root', data, join(data, 'pages.csv')],
    ['the root itself', data, data],
    ['a link that stays below the root', data, join(data, 'inner.csv')],
    ['what is not there yet', data, join(data, 'later', 'pages.csv')],
    ['a root that is a link', join(folder, 'root'), join(folder, 'root', 'pages.csv')],
    ['a root that is a link, by its real name', join(folder, 'root'), join(data, 'pages.csv')],
    ['a file:// root', `file://${data}`, join(data, 'pages.csv')],
    ['dots that stay below the root', data, join(data, 'x/../pages.csv')],
    ['everything', '*', '/etc/passwd'],
  ];
  for (const [what, allow, path] of allowed)
    it(`lets ${what} pass`, () => new AllowList({ allow: [allow], own: [] }).checkPath(path, 'source'));

  const outside: [what: string, path: string][] = [
    ['a file elsewhere', '/etc/passwd'],
    ['dots that lead out', `${data}/../data-of-others/pages.csv`],
    ['a folder whose name begins like the root', join(folder, 'data-of-others', 'pages.csv')],
    ['a link that leads out', join(data, 'linked.csv')],
    ['a file behind a link that leads out', join(data, 'out', 'passwd')],
    ['what is not there behind a link that leads out', join(data, 'out', 'nothing', 'there')],
    ['a broken link that leads out', join(data, 'broken')],
    ['a NUL character', `${data}/pages.csv\0`],
  ];
  for (const [what, path] of outside)
    it(`refuses ${what}`, () =>
      assert.rejects(
        new AllowList({ allow: [data], own: [] }).checkPath(path, 'source'),
        refused(/^source: .*(lies outside of what this worker may read.*--allow|NUL)/s),
      ));

  it('says nothing of whether a refused file is there, nor where a link leads', async () => {
    const allowList = new AllowList({ allow: [data], own: [] });
    const paths = ['/etc/passwd', '/etc/nowhere', join(data, 'linked.csv'), join(data, 'broken')];
    const messages = paths.map((path) =>
      allowList.checkPath(path, 'source').then(
        () => '',
        (error: Error) => error.message.replace(path, 'PATH'),
      ),
    );
    const different = new Set(await Promise.all(messages));
    assert.equal(different.size, 1, [...different].join('\n'));
  });

  describe('without any rule', () => {
    const allowList = new AllowList({ allow: undefined, own: [join(folder, '.counterpoise')] });

    for (const path of [
      join(data, 'pages.csv'),
      '/data/scrape.csv',
      join(folder, '.counterpoise', 'demo.csv'),
    ])
      it(`reads ${path.replace(folder, '<tmp>')}`, () => allowList.checkPath(path, 'source'));

    for (const path of [
      '/etc/passwd',
      '/proc/self/environ',
      join(homedir(), '.aws', 'credentials'),
      join(folder, '.git', 'config'),
      join(data, 'out', 'passwd'),
    ])
      it(`refuses ${path.replace(folder, '<tmp>')}`, () =>
        assert.rejects(
          allowList.checkPath(path, 'source'),
          refused(/lies outside of what this worker may read/),
        ));
  });

  describe('without any rule, for users whose home is none of their own', () => {
    const home = process.env.HOME;
    afterEach(() => {
      process.env.HOME = home;
    });

    for (const other of ['/', '/etc', '/usr/sbin', '/proc', '/var', ''])
      it(`keeps system folders out with HOME=${other}`, async () => {
        process.env.HOME = other;
        const allowList = new AllowList({ allow: undefined, own: [] });
        for (const path of ['/etc/passwd', '/usr/sbin/x', '/proc/self/environ', '/var/log/x', '/.aws/x'])
          await assert.rejects(allowList.checkPath(path, 'source'), refused(/lies outside/));
      });

    for (const own of ['/root', '/home/ann', '/var/lib/service'])
      it(`reads what lies in the home ${own}, but what is hidden`, async () => {
        process.env.HOME = own;
        const allowList = new AllowList({ allow: undefined, own: [] });
        assert.ok(await allowList.allows(`${own}/pages.csv`));
        assert.ok(!(await allowList.allows(`${own}/.ssh/id`)));
      });

    for (const pattern of ['/et?/passwd', '/**/passwd', '/{etc,x}/passwd', '/var/*/x', '/*'])
      it(`refuses ${pattern}, which may match system folders`, async () => {
        const allowList = new AllowList({ allow: undefined, own: [] });
        await assert.rejects(allowList.checkPattern(pattern, 'source'), refused(/lies outside/));
      });
  });

  describe('of buckets', () => {
    const allowList = new AllowList({
      allow: ['s3://scrapes', 's3://shared/team/a'],
      own: ['s3://store/artifacts'],
    });

    for (const [bucket, key] of [
      ['scrapes', 'any/thing.csv'],
      ['shared', 'team/a/pages.csv'],
      ['shared', 'team/a'],
      ['store', 'artifacts/x'],
    ] as const)
      it(`reads s3://${bucket}/${key}`, () => allowList.checkObject({ bucket, key }, 'source'));

    for (const [bucket, key] of [
      ['secrets', 'x.csv'],
      ['shared', 'team/ab/pages.csv'],
      ['shared', 'team'],
    ] as const)
      it(`refuses s3://${bucket}/${key}`, () =>
        assert.throws(() => allowList.checkObject({ bucket, key }, 'source'), refused(/--allow.* s3:\/\//)));
  });
});
