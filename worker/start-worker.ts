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
  /** What encodes the payloads that Temporal stores; clients need the same. */
  dataConverter?: DataConverter;
  /** `workflow`: the DAG and light activities; `model`: model work. */
  queues: readonly ('workflow' | 'model')[];
  healthPort?: number;
  /** Port where Prometheus finds the metrics of the SDK and of the stages; none without it. */
  metricsPort?: number;
  /** Address of the interface of both ports; loopback without it. */
  listen?: string;
  /** Name and build of this worker's version, for Worker Deployment Versioning; unversioned without it. */
  version?: { deployment: string; buildId: string };
  log: Logger;
}

/** Connects and starts a worker for each queue, once in a process. @throws {SetupFailed} without TensorFlow; {InvalidInput} */
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
  // An IPv6 address stands in brackets before its port.
  const bindAddress = `${listen.includes(':') ? `[${listen}]` : listen}:${metricsPort}`;
  Runtime.install({
    logger: log,
    telemetryOptions: metricsPort === undefined ? {} : { metrics: { prometheus: { bindAddress } } },
  });
  // The plugin would do it too, beside a connection that keeps a failed command from ending.
  if (queues.includes('model')) await ensureTensorFlow();
  const counterpoise = await counterpoisePlugin({ ...settings, modelSlots });
  const connection = await NativeConnection.connect(settings.connection);
  // Tracing adds to the workflows that the plugin before it named.
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
        // A run stays on the version it began with: its stages and their order may differ in the next one.
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
    /** Resolves when the workers have shut down; rejects when one of them fails. */
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
