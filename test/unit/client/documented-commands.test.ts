/** Every command line in README, CONTRIBUTING, docs and help is one that the program takes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { globSync } from 'tinyglobby';
import { lengthenFastTextFlags } from '../../../client/commands/flags.ts';
import { createProgram } from '../../../client/program.ts';
import { readRunInput } from '../../../client/run-input.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = globSync(['*.md', 'docs/*.md', 'examples/**/*.md', '!CHANGELOG.md'], { cwd: ROOT });
/** What the examples read. */
const FILES = 'scrape.csv train.csv test.csv generated.csv texts.jsonl prompts.jsonl'.split(' ');

/** The lines of a page's blocks that a shell would get, and the commands in its text. */
function linesOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh)?\n(.*?)^```/gms)].flatMap(([, block]) => block!.split('\n'));
  return [...blocks, ...[...text.matchAll(/`(np[mx] [^`]+)`/g)].map(([, line]) => line!)];
}

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
  const argv = lengthenFastTextFlags(wordsOf(line).slice(1));
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

/** The text of a command's help, with what is added after it. */
function helpOf(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return parts.join('');
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
    it(`of ${page} name scripts and files that there are`, () => {
      const { scripts: known } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      const npm = ['ci', 'install', 'audit', 'pack'];
      for (const [, name] of scripts) assert.ok(npm.includes(name!) || known[name!], `npm run ${name}`);
      for (const file of lines.flatMap((line) => line.match(/\b(bench|test)\/[\w/-]+\.ts\b/g) ?? []))
        assert.ok(existsSync(join(ROOT, file)), file);
    });
  }

  it('that end the help of each command', async () => {
    for (const { name } of (await createProgram([])).commands.map((each) => ({ name: each.name() }))) {
      const command = (await createProgram([name])).commands.find((each) => each.name() === name)!;
      for (const each of allOf(command)) {
        const example = helpOf(each).match(/^Example: (counterpoise .*)$/m)?.[1];
        assert.ok(example?.startsWith(`counterpoise ${name}`), `an example of ${name} ${each.name()}`);
        await take(example!);
      }
    }
  });
});
