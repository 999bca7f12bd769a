/**
 * Where the command line writes. Results go to standard output; with `--json` that is one line of JSON, the last one,
 * and everything said on the way goes to standard error.
 */
export interface Output {
  json: boolean;
  /** Says something to the person who watches. */
  say(text: string): void;
  /** Gives the result: `text` for a person, or `value` as one line of JSON. */
  result(value: unknown, text: string): void;
  /** The terminal on which a live block may be drawn, if a person sits before one. */
  terminal: NodeJS.WriteStream | undefined;
}

/** The output of this process. */
export function createOutput(json = false): Output {
  const talk = json ? process.stderr : process.stdout;
  return {
    json,
    say: (text) => talk.write(`${text}\n`),
    result: (value, text) => process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`),
    terminal: talk.isTTY && process.env.TERM !== 'dumb' && !process.env.CI ? talk : undefined,
  };
}
