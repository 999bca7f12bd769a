import { printable, printableJson } from '../lib/settings/printable.ts';

/** Results go to standard output; with `--json` as one line, the last one, while all else goes to standard error. */
export interface Output {
  say(text: string): void;
  /** Gives the result: `text` for a person, or `value` as one line of JSON. */
  result(value: unknown, text: string): void;
  /** The terminal on which a live block may be drawn, if a person sits before one. */
  terminal: NodeJS.WriteStream | undefined;
}

/** Text as a terminal may get it: names and reasons in it come from datasets, and could move its cursor or clear it. */
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
