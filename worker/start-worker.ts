import type { DataConverter, Logger } from '@temporalio/common';
import { NativeConnection, type NativeConnectionOptions, Runtime, Worker } from '@temporalio/worker';
import { ensureTensorFlow } from '../setup/tensorflow.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
import { LOOPBACK, serveHealth } from './health.ts';
import { defaultModelSlots } from './machine-memory.ts';
import { counterpoisePlugin, type PluginSettings } from './plugin.ts';
import { tracingPlugins } from './tracing.ts';

export interface WorkerSettings extends PluginSettings {
  connection: NativeConnectionOptions;
  namespace?: string;
  /** Encodes the payloads that Temporal stores; clients need the same one. */
  dataConverter?: DataConverter;
  /** `workflow`: the DAG and light activities; `model`: model work. */
  queues: readonly ('workflow' | 'model')[];
  healthPort?: number;
  /** Port of the Prometheus metrics of the SDK and the stages; none if omitted. */
  metricsPort?: number;
  /** Listening address of both ports; loopback if omitted. */
  listen?: string;
  /** Name and build of this worker's version, for Worker Deployment Versioning; unversioned if omitted. */
  version?: { deployment: string; buildId: string };
  log: Logger;
}

/** Connects and starts a worker for each queue, once per process. @throws {SetupFailed} without TensorFlow; {InvalidInput} */
export async function startWorkers(settings: WorkerSettings) {
  const {
    log,
    metricsPort,
    healthPort,
    listen = LOOPBACK,
    queues,
    namespace = 'default',
    modelSlots = defaultModelSlots(),
    dataConverter,
    version,
  } = settings;
  // An IPv6 address needs brackets before the port.
  const bindAddress = `${listen.includes(':') ? `[${listen}]` : listen}:${metricsPort}`;
  Runtime.install({
    logger: log,
    telemetryOptions: metricsPort === undefined ? {} : { metrics: { prometheus: { bindAddress } } },
  });
  // The plugin would do it too, but only with an open connection, which keeps a failed command from exiting.
  if (queues.includes('model')) await ensureTensorFlow();
  const counterpoise = await counterpoisePlugin({ ...settings, modelSlots });
  const connection = await NativeConnection.connect(settings.connection);
  // Tracing extends the workflows set by the plugin before it.
  const plugins = [counterpoise, ...(await tracingPlugins())];
  const workers: Worker[] = [];
  for (const queue of queues) {
    const isModel = queue === 'model';
    workers.push(
      await Worker.create({
        connection,
        namespace,
        taskQueue: isModel ? MODEL_TASK_QUEUE : TASK_QUEUE,
        ...(dataConverter && { dataConverter }),
        // A run stays on the version it began with: another version may order its stages differently.
        ...(version && {
          workerDeploymentOptions: {
            version: { deploymentName: version.deployment, buildId: version.buildId },
            useWorkerVersioning: true,
            defaultVersioningBehavior: 'PINNED',
          },
        }),
        plugins,
      }),
    );
    const slots = isModel ? ` with ${modelSlots} model slots` : '';
    log.info(`polling ${isModel ? MODEL_TASK_QUEUE : TASK_QUEUE}${slots}`);
  }
  const state = {
    isRunning: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    reachesServer: () => answersInTime(connection),
  };
  const health = healthPort === undefined ? undefined : await serveHealth(healthPort, state, listen);
  if (health) log.info(`health on port ${health.port}`);
  return {
    /** Resolves when the workers have shut down; rejects if one fails. */
    run: async (): Promise<void> => {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } finally {
        await health?.close();
        await connection.close();
      }
    },
    /** Stops taking work, lets running model work write its checkpoint, and ends `run`. */
    shutdown: (): void => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

async function answersInTime(connection: NativeConnection): Promise<boolean> {
  const ask = () => connection.workflowService.getSystemInfo({});
  return connection.withDeadline(Date.now() + 2_000, ask).then(Boolean, () => false);
}
