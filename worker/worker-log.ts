/** A worker's log, which Temporal's SDK writes too: lines for a person, or JSON for log collectors. */
import { DefaultLogger } from '@temporalio/worker';

/** Lines for a person. Of the SDK's, warnings and errors alone: each activity's begin and end is of use to programs. */
export const textLog = (print: (line: string) => void) =>
  new DefaultLogger('INFO', ({ level, message, meta }) => {
    const reason = meta?.error ?? meta?.reason;
    if (level !== 'INFO') print(reason === undefined ? message : `${message} ${reasonOf(reason)}`);
    else if (!meta?.sdkComponent) print(message);
  });

/** One JSON object a line: `time`, `level`, `message`, and what belongs to it (`workflowId`, `activityType`, …). */
export const jsonLog = (print: (line: string) => void) =>
  new DefaultLogger('INFO', ({ level, message: text, meta }) => {
    // The bundler writes its whole output in one message.
    const message = level === 'INFO' ? text.split('\n', 1)[0] : text;
    print(JSON.stringify({ time: new Date().toISOString(), level, message, ...meta }, plain));
  });

/** Errors and large numbers as JSON has them. The holder of a task token could answer in the worker's name. */
function plain(name: string, value: unknown): unknown {
  if (name === 'taskToken') return undefined;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}

const reasonOf = (reason: unknown) =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
