/** Flags that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError } from 'commander';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';

/** Adds the flags with which a command finds or brings up its Temporal server. */
export function addSessionFlags(command: Command, options: { embedded: boolean }): Command {
  command
    .option('--address <host:port>', 'Temporal server (TEMPORAL_ADDRESS; default localhost:7233)')
    .option('--namespace <name>', 'namespace (TEMPORAL_NAMESPACE; default "default")')
    .option('--home <folder>', 'where runs leave their files (COUNTERPOISE_HOME; default .counterpoise)');
  if (options.embedded)
    command
      .option('--embedded', 'bring a Temporal server and a worker of its own')
      .option('--keep', 'with --embedded: stay up for the Web UI until Ctrl-C');
  return command;
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

/**
 * `label=topic,text=body` as assignments of settings.
 * @throws {InvalidInput}
 */
export function columnAssignments(columns: string | undefined): string[] {
  return (columns?.split(',') ?? []).map((pair) => {
    const [role, name] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()];
    if (!pair.includes('=') || !name)
      throw new InvalidInput(
        '--columns',
        `"${pair}" names no column`,
        'Write --columns label=topic,text=body',
      );
    return `columns.${role}=${JSON.stringify(name)}`;
  });
}
