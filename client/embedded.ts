/** A Temporal server and a worker inside this command, so that nothing else has to be started. */
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
 * @throws {InvalidInput} when another command has the home's server running
 */
export async function startEmbedded(home: Home, options: EmbeddedOptions) {
  const other = await runningEmbeddedServer(home);
  if (other)
    throw new InvalidInput(
      '--embedded',
      `process ${other.pid} runs the embedded server of ${home.path} already, at ${other.address}`,
      'Leave --embedded out to use that one, or give another --home',
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
  // Awaited later; a failure before then must not end the process.
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
    // A worker that was shut down has not failed.
    failed: worked.then(() => new Promise<never>(() => {})),
    stop: async () => {
      workers.shutdown();
      await worked.catch(() => {});
      file.end();
    },
  };
}
