/** A Temporal server and a worker within this command, so that nothing else needs to be started. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { loadDataConverter } from './data-converter.ts';
import { type Home, noteEmbeddedServer, runningEmbeddedServer } from './home.ts';

interface EmbeddedOptions {
  store?: string;
  dataConverter?: string;
  modelSlots?: number;
  worker: boolean;
  say(line: string): void;
}

/**
 * Starts the embedded server of a home, and a worker for it if wanted. What they log goes to `worker.log` in the home.
 * @throws {InvalidInput} if another command runs the home's server
 */
export async function startEmbedded(home: Home, options: EmbeddedOptions) {
  const other = await runningEmbeddedServer(home);
  if (other)
    throw new InvalidInput(
      '--embedded',
      `process ${other.pid} already runs the embedded server of ${home.path}, at ${other.address}`,
      'Omit --embedded to use that one, or use another --home',
    );
  await mkdir(home.path, { recursive: true });
  const { startEmbeddedServer } = await import('../worker/embedded-server.ts');
  const server = await startEmbeddedServer({ home: home.path, log: options.say });
  const { address, uiAddress } = server;
  await noteEmbeddedServer(home, { pid: process.pid, address, uiAddress });
  const stopServer = () => noteEmbeddedServer(home).then(server.stop);
  if (!options.worker) return { ...server, stop: stopServer };
  const worker = await startWorker(home, address, options).catch(async (error) => {
    await stopServer();
    throw error;
  });
  const failed = Promise.race([server.failed, worker.failed]);
  // Awaited later; an earlier rejection must not crash the process.
  failed.catch(() => {});
  return { ...server, failed, stop: () => worker.stop().then(stopServer) };
}

async function startWorker(home: Home, address: string, options: EmbeddedOptions) {
  const { startWorkers } = await import('../worker/start-worker.ts');
  const { textLog } = await import('../worker/worker-log.ts');
  const file = createWriteStream(join(home.path, 'worker.log'), { flags: 'a' });
  const workers = await startWorkers({
    connection: { address },
    store: options.store ?? home.store,
    // The source was named by the user of this very command.
    places: { allow: ['*'], own: [] },
    queues: ['workflow', 'model'],
    modelSlots: options.modelSlots,
    ...(await loadDataConverter(options.dataConverter)),
    log: textLog((line) => void file.write(`${new Date().toISOString()} ${line}\n`)),
  });
  const worked = workers.run();
  return {
    // A shutdown is not a failure.
    failed: worked.then(() => new Promise<never>(() => {})),
    stop: async () => {
      workers.shutdown();
      await worked.catch(() => {});
      file.end();
    },
  };
}
