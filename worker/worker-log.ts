/** A worker's log, shared with Temporal's SDK: readable lines, or JSON for log collectors. */
import { DefaultLogger } from '@temporalio/worker';

/** Readable lines. Only warnings and errors of the SDK: the start and end of each activity are for programs. */
export const textLog = (print: (line: string) => void) =>
  new DefaultLogger('INFO', ({ level, message, meta }) => {
    const reason = meta?.error ?? meta?.reason;
    if (level !== 'INFO') print(reason === undefined ? message : `${message} ${reasonOf(reason)}`);
    else if (!meta?.sdkComponent) print(message);
  });

/** One JSON object per line: `time`, `level`, `message`, and context (`workflowId`, `activityType`, …). */
export const jsonLog = (print: (line: string) => void) =>
  new DefaultLogger('INFO', ({ level, message: text, meta }) => {
    // The bundler writes its whole output in one message.
    const message = level === 'INFO' ? text.split('\n', 1)[0] : text;
    print(JSON.stringify({ time: new Date().toISOString(), level, message, ...meta }, plain));
  });

/** Converts errors and large numbers to JSON; omits task tokens, with which anyone could respond as the worker. */
function plain(name: string, value: unknown): unknown {
  if (name === 'taskToken') return undefined;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}

const reasonOf = (reason: unknown) =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
