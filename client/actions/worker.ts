import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import type { WorkerSettings } from '../../worker/start-worker.ts';
import { type ConnectionChoice, connect } from '../connection.ts';
import { loadDataConverter } from '../data-converter.ts';
import { EXIT, onInterruption } from '../exit.ts';
import { homeFolder } from '../home.ts';
import { forTerminal } from '../output.ts';

type Limits = 'queues' | 'modelSlots' | 'graceSeconds' | 'healthPort' | 'metricsPort' | 'listen';

interface WorkerFlags extends ConnectionChoice, Pick<WorkerSettings, Limits> {
  home?: string;
  store?: string;
  allow?: string[];
  logFormat: 'text' | 'json';
  deployment?: string;
  buildId?: string;
}

/** Runs a worker until it is stopped. */
export async function work(flags: WorkerFlags): Promise<void> {
  const { dataConverter, ...settings } = flags;
  const home = homeFolder(flags.home);
  const version = versionOf(flags);
  // Checked first, because the worker's own connection retries for long before it reports that no server responds.
  const { address, namespace, options, close } = await connect(flags, home);
  await close();
  const { startWorkers } = await import('../../worker/start-worker.ts');
  const { jsonLog, textLog } = await import('../../worker/worker-log.ts');
  const print = (line: string) => process.stdout.write(`${forTerminal(line)}\n`);
  const log = flags.logFormat === 'json' ? jsonLog(print) : textLog(print);
  const store = flags.store ?? home.store;
  const interruption = onInterruption(() => 'stopped');
  // Startup may wait for a bucket; until then there is no work to stop.
  const leave = () => process.exit(EXIT.interrupted);
  interruption.signal.addEventListener('abort', leave);
  const workers = await startWorkers({
    ...settings,
    ...(await loadDataConverter(dataConverter)),
    connection: options,
    namespace,
    store,
    places: { allow: flags.allow ?? allowedByEnvironment(), own: [home.path] },
    version,
    log,
  });
  log.info(
    `Worker for ${flags.queues.join(' and ')} at ${address}, namespace ${namespace}, artifacts in ${store}. Ctrl-C stops it.`,
  );
  interruption.signal.removeEventListener('abort', leave);
  interruption.signal.addEventListener('abort', () => {
    log.info('Stopping: running work writes its checkpoint; another worker goes on from there.');
    workers.shutdown();
  });
  await workers.run();
  interruption.release();
}

function allowedByEnvironment(): string[] | undefined {
  const places = process.env.COUNTERPOISE_ALLOW?.split(',')
    .map((place) => place.trim())
    .filter((place) => place !== '');
  return places?.length ? places : undefined;
}

function versionOf({ deployment, buildId }: WorkerFlags) {
  if (deployment && buildId) return { deployment, buildId };
  if (!deployment && !buildId) return undefined;
  const [given, lacking] = deployment ? ['--deployment', '--build-id'] : ['--build-id', '--deployment'];
  throw new InvalidInput(given!, `needs ${lacking}`, 'Give both');
}
