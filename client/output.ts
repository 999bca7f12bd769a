import { printable, printableJson } from '../lib/settings/printable.ts';

/** Results go to standard output; with `--json` as a single line, and everything else to standard error. */
export interface Output {
  say(text: string): void;
  /** Prints the result: `text`, or with `--json` `value` as one line. */
  result(value: unknown, text: string): void;
  /** The terminal for a live display, if interactive. */
  terminal: NodeJS.WriteStream | undefined;
}

/** Text that is safe for a terminal: names and reasons come from datasets, and could contain escape sequences. */
export const forTerminal = (text: string): string => printable(text).replaceAll('\r', '\ufffd');

/** The output of this process. */
export function createOutput(json = false): Output {
  const talk = json ? process.stderr : process.stdout;
  return {
    say: (text) => talk.write(`${forTerminal(text)}\n`),
    result: (value, text) => process.stdout.write(`${json ? printableJson(value) : forTerminal(text)}\n`),
    terminal: talk.isTTY && process.env.TERM !== 'dumb' && !process.env.CI ? talk : undefined,
  };
}
