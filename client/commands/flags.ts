import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';

/** Adds the flags with which a command finds or brings up its Temporal server. */
export function addSessionFlags(command: Command, options: { embedded: boolean }): Command {
  command
    .option('--address <host:port>', 'Temporal server (TEMPORAL_ADDRESS; default localhost:7233)')
    .option('--namespace <name>', 'namespace (TEMPORAL_NAMESPACE; default "default")')
    .option('--data-converter <module>', 'encodes what Temporal stores (COUNTERPOISE_DATA_CONVERTER)')
    .option('--home <folder>', 'where runs leave their files (COUNTERPOISE_HOME; default .counterpoise)');
  if (options.embedded)
    command
      .option('--embedded', 'bring a Temporal server and a worker of its own')
      .option('--keep', 'with --embedded: stay up for the Web UI until Ctrl-C');
  return command;
}

/** Adds the flags that say what a run balances, and how. */
export const addInputFlags = (command: Command): Command =>
  command
    .option('--source <file...>', 'the dataset: files or globs of CSV or JSONL')
    .option('--input <file>', 'settings as a JSON file')
    .option('--preset <name>', 'named set of defaults: paper or recommended')
    .option('--set <path=value>', 'one setting, as classes.rare=5; may be repeated', collected);

/** Ends a command's help with an example. */
export const withExample = (command: Command, example: string): Command =>
  command.addHelpText('after', `\nExample: ${example}`);

/** Reads the name of a file that has to be there, before anything is loaded. @throws {InvalidInput} */
export function existingFile(path: string): string {
  if (existsSync(path)) return path;
  throw new InvalidInput(path, 'there is no such file', `It was looked for at ${resolve(path)}.`);
}

/** As `existingFile`, of a flag that takes several. */
export const existingFiles = (path: string, before?: readonly string[]): string[] =>
  collected(existingFile(path), before);

/** As `existingFiles`, of sources: addresses and globs are read as they are. */
export const existingSources = (source: string, before?: readonly string[]): string[] =>
  collected(/[*?{[]|^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : existingFile(source), before);

/** @throws {InvalidInput} where a source that is neither address nor glob is not there */
export function requireSources(sources: readonly string[] = []): void {
  for (const source of sources) existingSources(source);
}

/** Reads a whole number from `least` on. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`A whole number from ${least} on is needed.`);
    return value;
  };
}

/** Reads a number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('A number is needed.');
  return value;
}

/** Gathers a flag that may stand several times. */
export const collected = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `label=topic,text=body` as assignments of settings. @throws {InvalidInput} */
export function columnAssignments(columns: string | undefined): string[] {
  return (columns?.split(',') ?? []).map((pair) => {
    const [role, name] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
    if (!pair.includes('=') || !name)
      throw new InvalidInput('--columns', `"${pair}" names no column`, 'Write label=topic,text=body');
    return `columns.${role}=${JSON.stringify(name)}`;
  });
}

/** fastText's flags have one dash (`-lr 0.1`), the command line's two: `npx counterpoise fasttext` takes both. */
export function lengthenFastTextFlags(argv: readonly string[]): string[] {
  if (argv[0] !== 'fasttext') return [...argv];
  return argv.map((argument) =>
    argument !== '-h' && /^-[a-zA-Z]+$/.test(argument) ? `-${argument}` : argument,
  );
}
