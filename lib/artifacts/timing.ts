/** When, for how long and where an artifact was computed: part of its manifest, not of its files. */

/** A machine's properties that determine its speed. */
export interface Machine {
  /** Processor model name. */
  cpu: string;
  /** Processors that the process may use. */
  cores: number;
  /** Memory in bytes: the machine's, or the limit of the container. */
  memory: number;
  /** Version of Node. */
  node: string;
  /** Operating system and architecture: `linux x64`. */
  platform: string;
}

/** When, for how long and where an artifact was computed. */
export interface Timing {
  /** ISO 8601. */
  startedAt: string;
  /** Wall time of the attempt that finished it; excludes pauses between merged timings. */
  seconds: number;
  machines: Machine[];
}

/** Merges timings: starts with the first, and lasts as long as at least one was active. */
export function mergeTimings(timings: readonly (Timing | undefined)[]): Timing | undefined {
  const known = timings
    .filter((timing) => timing !== undefined)
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const [first] = known;
  if (!first) return undefined;
  let [milliseconds, end] = [0, 0];
  for (const { startedAt, seconds } of known) {
    const start = Date.parse(startedAt);
    const ended = start + seconds * 1000;
    milliseconds += Math.max(0, ended - Math.max(start, end));
    end = Math.max(end, ended);
  }
  const machines = new Map(
    known.flatMap((timing) => timing.machines).map((each) => [JSON.stringify(each), each]),
  );
  return {
    startedAt: first.startedAt,
    seconds: Math.round(milliseconds) / 1000,
    machines: [...machines.values()],
  };
}
