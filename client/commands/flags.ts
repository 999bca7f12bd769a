import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';

/** Adds the flags to find or start a Temporal server. */
export function addSessionFlags(command: Command, options: { embedded: boolean }): Command {
  command
    .option('--address <host:port>', 'Temporal server (TEMPORAL_ADDRESS; default localhost:7233)')
    .option('--namespace <name>', 'namespace (TEMPORAL_NAMESPACE; default "default")')
    .option('--data-converter <module>', 'module that encodes payloads (COUNTERPOISE_DATA_CONVERTER)')
    .option('--home <folder>', 'folder for run data (COUNTERPOISE_HOME; default .counterpoise)');
  if (options.embedded)
    command
      .option('--embedded', 'start a Temporal server and a worker for this command')
      .option('--keep', 'with --embedded: keep them running for the Web UI until Ctrl-C');
  return command;
}

/** Adds the flags for the source and settings of a run. */
export const addInputFlags = (command: Command): Command =>
  command
    .option('--source <file...>', 'the dataset: files or globs of CSV or JSONL')
    .option('--input <file>', 'settings as a JSON file')
    .option('--preset <name>', 'named set of defaults: paper or recommended')
    .option('--set <path=value>', 'one setting, e.g. classes.rare=5; repeatable', collected);

/** Ends a command's help with an example. */
export const withExample = (command: Command, example: string): Command =>
  command.addHelpText('after', `\nExample: ${example}`);

/** Parses the path of a file that must exist, before anything is loaded. @throws {InvalidInput} */
export function existingFile(path: string): string {
  if (existsSync(path)) return path;
  throw new InvalidInput(path, 'no such file', `Looked for it at ${resolve(path)}.`);
}

/** `existingFile` for a flag with several values. */
export const existingFiles = (path: string, before?: readonly string[]): string[] =>
  collected(existingFile(path), before);

/** `existingFiles` for sources, where addresses and globs are accepted unchecked. */
export const existingSources = (source: string, before?: readonly string[]): string[] =>
  collected(/[*?{[]|^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : existingFile(source), before);

/** @throws {InvalidInput} if a source that is neither an address nor a glob does not exist */
export function requireSources(sources: readonly string[] = []): void {
  for (const source of sources) existingSources(source);
}

/** Parses a whole number of at least `least`. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
    return value;
  };
}

/** Parses a number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** Collects the values of a repeatable flag. */
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

/** Accepts fastText's single-dash flags (`-lr 0.1`) as well as double-dash ones. */
export function expandFastTextFlags(argv: readonly string[]): string[] {
  if (argv[0] !== 'fasttext') return [...argv];
  return argv.map((argument) =>
    argument !== '-h' && /^-[a-zA-Z]+$/.test(argument) ? `-${argument}` : argument,
  );
}
