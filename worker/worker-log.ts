/** A worker's log: lines for a person, or JSON for log collectors. */
export interface WorkerLog {
  write(level: 'INFO' | 'WARN' | 'ERROR', message: string, fields?: Record<string, unknown>): void;
  /** What is of use to programs alone: each activity's begin and end. */
  detail(message: string, fields?: Record<string, unknown>): void;
}

/** Lines for a person. */
export function textLog(print: (line: string) => void): WorkerLog {
  return {
    write: (level, message, fields) => {
      const reason = fields?.error ?? fields?.reason;
      print(level === 'INFO' || reason === undefined ? message : `${message} ${reasonOf(reason)}`);
    },
    detail: () => {},
  };
}

/** One JSON object a line: `time`, `level`, `message`, and what belongs to it (`workflowId`, `activityType`, …). */
export function jsonLog(print: (line: string) => void): WorkerLog {
  const write = (level: string, message: string, fields: Record<string, unknown> = {}) =>
    print(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }, plain));
  return { write, detail: (message, fields) => write('INFO', message, fields) };
}

/** Errors and large numbers as JSON has them. The holder of a task token could answer in the worker's name. */
function plain(name: string, value: unknown): unknown {
  if (name === 'taskToken') return undefined;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}

const reasonOf = (reason: unknown) =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
