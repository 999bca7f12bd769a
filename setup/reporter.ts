/** Tells a person what set-up does. It takes minutes on a fresh machine, and silence looks like a fault. */
export interface Reporter {
  /** A step that begins or ended. */
  say(line: string): void;
  /** How far a step is; called as often as it likes. */
  progress(line: string): void;
}

/** Off a terminal each progress line stays, so few are written. */
const PLAIN_LINE_MS = 15_000;
/** On a terminal the line is drawn over. */
const REDRAW_MS = 200;

/** Writes to a stream: progress in place on a terminal, as plain lines elsewhere. */
export function streamReporter(stream: NodeJS.WriteStream): Reporter {
  const inPlace = stream.isTTY === true && process.env.TERM !== 'dumb';
  let drawn = false;
  let toldAt = performance.now();
  const clear = () => {
    if (drawn) stream.write('\r\x1b[K');
    drawn = false;
  };
  return {
    say(line) {
      clear();
      stream.write(`${line}\n`);
      toldAt = performance.now();
    },
    progress(line) {
      const now = performance.now();
      if (now - toldAt < (inPlace ? REDRAW_MS : PLAIN_LINE_MS)) return;
      toldAt = now;
      clear();
      stream.write(inPlace ? line.slice(0, (stream.columns ?? 80) - 1) : `${line}\n`);
      drawn = inPlace;
    },
  };
}

/** Tells on standard error, because standard output is for results. */
export const reporter = streamReporter(process.stderr);
