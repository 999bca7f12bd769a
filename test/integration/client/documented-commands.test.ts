/** Every command line in README, CONTRIBUTING, docs and help is one that the program takes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { globSync } from 'tinyglobby';
import { expandFastTextFlags } from '../../../client/commands/flags.ts';
import { createProgram } from '../../../client/program.ts';
import { readRunInput } from '../../../client/run-input.ts';
import { settingNames } from '../../../client/settings-reference.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = globSync(['*.md', 'docs/*.md', 'examples/**/*.md', '!CHANGELOG.md'], { cwd: ROOT });
/** What the examples read. */
const FILES = 'scrape.csv train.csv test.csv generated.csv texts.jsonl prompts.jsonl'.split(' ');

const BLOCK = /^```(\w*)\n(.*?)^```$/gms;
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** The lines of a page's blocks that a shell would get, and the commands in its text. */
function linesOf(page: string): string[] {
  const text = textOf(page);
  const blocks = [...text.matchAll(BLOCK)].flatMap(([, language, block]) =>
    language === '' || language === 'sh' ? block!.replaceAll('\\\n', ' ').split('\n') : [],
  );
  return [...blocks, ...[...text.matchAll(/`(np[mx] [^`]+)`/g)].map(([, line]) => line!)];
}

/** What a page's text has in code type. */
const spansOf = (page: string): string[] =>
  [
    ...textOf(page)
      .replace(BLOCK, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, span]) => span!);

/** A line's words up to a comment or a redirection, without their quotes. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/\s[#>].*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare!,
  );

const commandsOf = (line: string) =>
  line
    .split(' && ')
    .flatMap((part) => (part.trim().startsWith('npx counterpoise ') ? [part.trim().slice(4)] : []));

/** Commands and those below them. */
const allOf = (command: Command): Command[] => [command, ...command.commands.flatMap(allOf)];

/** Reads a command line as the program would, does nothing, and checks the settings that it gives a run. */
async function take(line: string): Promise<void> {
  const argv = expandFastTextFlags(wordsOf(line).slice(1));
  const program = await createProgram(argv);
  let taken: Record<string, unknown> | undefined;
  for (const command of allOf(program))
    if (command.commands.length === 0)
      command.action(() => {
        taken = command.opts();
      });
  await program.parseAsync(argv, { from: 'user' });
  assert.ok(taken, `${line} does something`);
  const { source, set } = taken as { source?: string[]; set?: string[] };
  if (source) readRunInput({ source, set });
}

const SETTINGS = settingNames();
const GROUPS = new Set(SETTINGS.filter((name) => name.includes('.')).map((name) => name.split('.')[0]));

/** Whether there is a setting of this name, or a group of them, or one whose value has such a field. */
const isSetting = (name: string) =>
  SETTINGS.some((each) => each === name || each.startsWith(`${name}.`) || name.startsWith(`${each}.`));

/** Checks what stands in code type where it shortens a command, or names a flag or a setting. */
function checkSpan(span: string, commands: readonly Command[]): void {
  const words = wordsOf(span.replace(/^(npx )?counterpoise /, '').replace(/[[\]|\\]/g, ' '));
  const [first = ''] = words;
  const named = commands.filter((command) => first.startsWith('--') || command.name() === first);
  const flags = named.flatMap(allOf).flatMap(({ options }) => options.map(({ long }) => long!));
  for (const flag of named.length > 0 ? words.filter((word) => word.startsWith('--')) : [])
    assert.ok(flag === '--help' || flags.includes(flag), `${span}: ${flag}`);
  words.forEach((word, at) => {
    if (words[at - 1] === '--set' && word !== 'path=value')
      assert.ok(isSetting(word.split('=')[0]!), `${span}: ${word}`);
  });
  const [, name, group] = /^((\w+)\.[\w.]+)(?:=.*)?$/.exec(span) ?? [];
  if (GROUPS.has(group) && !/\.(ts|json|csv|txt|html|safetensors)$/.test(name!))
    assert.ok(isSetting(name!), span);
}

/** The example that ends a command's help. */
function exampleOf(command: Command): string | undefined {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return parts.join('').match(/^Example: npx (counterpoise .*)$/m)?.[1];
}

/** Commands that end within seconds, without a server and without the native parts. */
const QUICK = /^counterpoise (artifacts|clean|evaluate|fasttext|settings)\b/;

/** Runs a line in a shell, in which `counterpoise` is the command of this checkout. */
const inShell = (line: string, cwd: string) =>
  promisify(execFile)('sh', ['-c', `counterpoise() { "$NODE" "$BIN" "$@"; }; ${line}`], {
    cwd,
    env: { ...process.env, NODE: process.execPath, BIN: join(ROOT, 'bin/counterpoise.js') },
  });

/** Writes small files of the names that the examples read. */
function writeExampleFiles(folder: string): void {
  const words = { glass: 'window pane clear furnace', paper: 'printing press sheet pulp' };
  const records = (count: number) =>
    Object.entries(words).flatMap(([label, some]) =>
      Array.from({ length: count }, (_, n) => ({
        label,
        text: `The ${some} of customer ${n} is in the shop`,
      })),
    );
  const csv = (text: string, label: string, count: number) =>
    [`${text},${label}`, ...records(count).map((each) => `${each.text},${each.label}`), ''].join('\n');
  const lines = records(20).map(({ label, text }) => `__label__${label} ${text}\n`);
  const files = {
    'scrape.csv': csv('body', 'topic', 1200),
    'train.csv': csv('text', 'industry', 20),
    'test.csv': csv('text', 'industry', 5),
    'generated.csv': csv('text', 'industry', 10),
    'train.txt': lines.join(''),
    'test.txt': lines.join(''),
    'lines.txt': lines.map((line) => line.replace(/^\S+ /, '')).join(''),
  };
  mkdirSync(join(folder, 'docs'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

describe('the command lines', () => {
  const home = process.cwd();
  before(() => {
    const folder = temporaryFolder();
    for (const file of FILES) writeFileSync(join(folder, file), '');
    process.chdir(folder);
  });
  after(() => process.chdir(home));

  for (const page of PAGES) {
    const lines = linesOf(page);
    const commands = [...new Set(lines.flatMap(commandsOf))].filter((line) => !/…|<command>/.test(line));
    for (const line of commands) it(`of ${page}: ${line}`, () => take(line));
    const scripts = [...new Set(lines.flatMap((line) => [...line.matchAll(/npm (?:run )?([\w:]+)/g)]))];
    it(`of ${page}, where its text shortens them, name commands, flags and settings that there are`, async () => {
      const commands = (await createProgram('every command')).commands;
      for (const span of spansOf(page)) checkSpan(span, commands);
    });
    it(`of ${page} name scripts and files that there are`, () => {
      const { scripts: known } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      const npm = ['ci', 'install', 'audit', 'pack'];
      for (const [, name] of scripts) assert.ok(npm.includes(name!) || known[name!], `npm run ${name}`);
      for (const file of lines.flatMap((line) => line.match(/\b(bench|test)\/[\w/-]+\.ts\b/g) ?? []))
        assert.ok(existsSync(join(ROOT, file)), file);
    });
  }

  it('that start the containers of the examples', async () => {
    const files = globSync('examples/{docker,kubernetes}/*', { cwd: ROOT });
    const lists = files.flatMap((file) => [
      ...textOf(file).matchAll(/(?:CMD|args:|command:)\s*\[([^\]]*)\]/g),
    ]);
    const workers = lists
      .map(([, list]) => list!.replace(/[\s",]+/g, ' ').trim())
      .filter((line) => /^worker /.test(line));
    assert.equal(workers.length, 5);
    for (const line of workers) await take(`counterpoise ${line}`);
  });

  it('that end the help of each command', async () => {
    for (const command of (await createProgram('every command')).commands) {
      for (const each of allOf(command)) {
        const example = exampleOf(each);
        assert.ok(
          example?.startsWith(`counterpoise ${command.name()}`),
          `an example of ${command.name()} ${each.name()}`,
        );
        await take(example!);
      }
    }
  });

  it('that are quick do what they say', async () => {
    const folder = temporaryFolder();
    writeExampleFiles(folder);
    const commands = (await createProgram('every command')).commands.flatMap(allOf);
    const lines = [
      ...PAGES.flatMap(linesOf).flatMap(commandsOf),
      ...commands.map((each) => exampleOf(each)!),
    ];
    const quick = [...new Set(lines)].filter((line) => QUICK.test(line));
    assert.ok(quick.length >= 10);
    for (const line of quick) await inShell(line, folder);
    for (const file of ['cleaned/train.jsonl', 'model.bin']) assert.ok(existsSync(join(folder, file)), file);
  });
});
