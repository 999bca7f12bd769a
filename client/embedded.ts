/** A Temporal server and a worker inside this command, so that nothing else has to be started. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { loadDataConverter } from './data-converter.ts';
import { type Home, noteEmbeddedServer, runningEmbeddedServer } from './home.ts';

/**
 * Starts the embedded server of a home, and a worker for it if wanted. What they log goes to `worker.log` in the home.
 * @returns where it is; `ended`, which rejects when worker or server fail and resolves when the worker has been shut
 *   down; and `stop`, which lets the worker finish what cannot be interrupted, then stops the server
 * @throws {InvalidInput} when another command has the home's server running
 */
export async function startEmbedded(
  home: Home,
  options: {
    store?: string;
    dataConverter?: string;
    modelSlots?: number;
    worker: boolean;
    say(line: string): void;
  },
) {
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
  const forget = await noteEmbeddedServer(home, server);
  const stopServer = async () => {
    await forget();
    await server.stop();
  };
  const unstarted = { address: server.address, uiAddress: server.uiAddress, ended: Promise.resolve() };
  if (!options.worker) return { ...unstarted, stop: stopServer };

  const log = createWriteStream(join(home.path, 'worker.log'), { flags: 'a' });
  try {
    const { startWorkers } = await import('../worker/start-worker.ts');
    const { installRuntime } = await import('../worker/runtime.ts');
    const { textLog } = await import('../worker/worker-log.ts');
    const workerLog = textLog((line) => void log.write(`${new Date().toISOString()} ${line}\n`));
    installRuntime(workerLog);
    const workers = await startWorkers({
      connection: { address: server.address },
      store: options.store ?? home.store,
      // The source was named by the user of this very command.
      places: { allow: ['*'], own: [] },
      queues: ['workflow', 'model'],
      modelSlots: options.modelSlots,
      ...(await loadDataConverter(options.dataConverter)),
      log: workerLog,
    });
    const worked = workers.run();
    const ended = Promise.race([worked, server.failed]);
    // Awaited later; a failure before then must not end the process.
    ended.catch(() => {});
    const stop = async () => {
      workers.shutdown();
      await worked.catch(() => {});
      log.end();
      await stopServer();
    };
    return { ...unstarted, ended, stop };
  } catch (error) {
    await stopServer();
    throw error;
  }
}
