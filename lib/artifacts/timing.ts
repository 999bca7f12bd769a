/** What it took to make an artifact, and where: part of its manifest, and of none of its files. */

/** A machine, as far as it says how long work takes there. */
export interface Machine {
  /** Name of the processor, as its maker gives it. */
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

/** When an artifact was made, for how long, and where. */
export interface Timing {
  /** ISO 8601. */
  startedAt: string;
  /** By the clock, of the attempt that finished it; pauses between several timings are not in it. */
  seconds: number;
  machines: Machine[];
}

/** Several timings as one: from the first's start, and as long as at least one was at work. */
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
