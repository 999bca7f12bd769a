/** The session of a command with a Temporal server: connection, Ctrl-C, and cleanup. */
import { once } from 'node:events';
import { type Connected, type ConnectionChoice, connect, runPage } from './connection.ts';
import { startEmbedded } from './embedded.ts';
import { onInterruption } from './exit.ts';
import { homeFolder } from './home.ts';
import { createOutput, type Output } from './output.ts';

export interface SessionFlags extends ConnectionChoice {
  home?: string;
  embedded?: boolean;
  /** Keep the embedded server and Web UI running afterwards until Ctrl-C. */
  keep?: boolean;
  store?: string;
  modelSlots?: number;
  json?: boolean;
}

export interface Session extends Connected {
  /** Flags that make another command reach the same server: ` --address host:7233`, or nothing. */
  reach: string;
  signal: AbortSignal;
  /** Where the Web UI shows a run once this command has ended. */
  pageAfterExit(workflowId: string): string | undefined;
  /** Sets the current run, so that Ctrl-C can print how to resume it. */
  about(workflowId: string): void;
}

/** Connects, or with `--embedded` starts a server and if needed a worker; cleans up afterwards. */
export async function withSession<T>(
  flags: SessionFlags,
  options: { worker: boolean },
  work: (session: Session, output: Output) => Promise<T>,
): Promise<T> {
  const output = createOutput(flags.json);
  const home = homeFolder(flags.home);
  let workflowId: string | undefined;
  const about = (id: string) => {
    workflowId = id;
  };
  const { signal, release } = onInterruption(() => howToGoOn(flags, workflowId));
  const endings: (() => void | Promise<void>)[] = [release];
  try {
    const embedded = flags.embedded
      ? await startEmbedded(home, { ...flags, worker: options.worker, say: output.say })
      : undefined;
    if (embedded)
      endings.push(() => {
        if (signal.aborted) output.say('Stopping: the worker puts its work down ...');
        return embedded.stop();
      });
    signal.throwIfAborted();
    const { dataConverter } = flags;
    const connected = await connect(embedded ? { address: embedded.address, dataConverter } : flags, home);
    endings.push(connected.close);
    const pageOf = (id: string) => pageAfterExit(connected, flags, id);
    const session = { ...connected, reach: reachOf(flags), signal, about, pageAfterExit: pageOf };
    const working = work(session, output);
    const result = await (embedded ? Promise.race([working, embedded.failed]) : working);
    if (embedded && flags.keep) await stayUp(embedded.uiAddress, output, signal);
    return result;
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

async function stayUp(uiAddress: string, output: Output, signal: AbortSignal): Promise<void> {
  output.say(`Temporal's Web UI stays at ${uiAddress} until Ctrl-C.`);
  if (!signal.aborted) await once(signal, 'abort');
}

/** Where the Web UI shows a run once the command has ended: its address, or the command that restarts its server. */
export const pageAfterExit = (connected: Connected, flags: SessionFlags, id: string): string | undefined =>
  flags.embedded && !flags.keep
    ? `npx counterpoise status ${id}${reachOf(flags)} --embedded --keep`
    : runPage(connected, id);

function reachOf({ address, namespace, home }: SessionFlags): string {
  return Object.entries({ address, namespace, home })
    .filter(([, value]) => value !== undefined)
    .map(([flag, value]) => ` --${flag} ${value}`)
    .join('');
}

function howToGoOn(flags: SessionFlags, workflowId: string | undefined): string {
  if (!workflowId) return 'stopped';
  const run = `${workflowId}${reachOf(flags)}`;
  return flags.embedded
    ? `stopped; finished work is kept. Go on: npx counterpoise watch ${run} --embedded`
    : `stopped watching; the run goes on. Watch it: npx counterpoise watch ${run}. Stop it: npx counterpoise cancel ${run}`;
}
