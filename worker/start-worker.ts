import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  NativeConnection,
  type NativeConnectionOptions,
  Worker,
  type WorkerDeploymentOptions,
} from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { type AllowedPlaces, AllowList } from '../lib/artifacts/allow-list.ts';
import { localCacheFolder } from '../lib/artifacts/home-of-user.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { hubCache } from '../lib/t5/checkpoint/hub/cache.ts';
import { moduleUrl } from '../lib/threads/thread-pool.ts';
import { ensureTensorFlow } from '../setup/tensorflow.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
import { serveHealth } from './health.ts';
import { defaultModelSlots } from './machine-memory.ts';
import { readablePayloads } from './readable-payloads.ts';
import { stageProcessRunner } from './run-in-process.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { tracingPlugins } from './tracing.ts';
import type { WorkerLog } from './worker-log.ts';

export interface WorkerSettings {
  /** Address, TLS and API key of the Temporal server. */
  connection: NativeConnectionOptions;
  namespace?: string;
  /** Address of the artifact store. */
  store: string;
  /** What sources and models may be read; the store and the product's caches are always. */
  places: AllowedPlaces;
  /** `workflow`: the DAG and light activities; `model`: model work. */
  queues: readonly ('workflow' | 'model')[];
  /** Model activities at a time. */
  modelSlots?: number;
  /** How long running stages may take to write their checkpoint when the worker is asked to end. */
  graceSeconds?: number;
  /** Port of the health endpoint; none without it. */
  healthPort?: number;
  /** Address of the interface that it listens on; loopback without it. */
  listen?: string;
  /** Name and build of this worker's version, for Worker Deployment Versioning; unversioned without it. */
  version?: { deployment: string; buildId: string };
  log: WorkerLog;
}

export interface Workers {
  /** Resolves when the workers have shut down; rejects when one of them fails. */
  run(): Promise<void>;
  /** Stops taking work, lets running model work write its checkpoint, and ends `run`. */
  shutdown(): void;
}

/** Ample for a step and a checkpoint of t5-base, and less than the 30 seconds after which Kubernetes kills. */
const GRACE_SECONDS = 25;
/** Between the end of a stage and that of its worker: telling Temporal so. */
const FAREWELL_SECONDS = 3;

/**
 * Connects and starts a worker for each queue. Before a machine's first model work this sets up TensorFlow.
 * @throws {SetupFailed} when TensorFlow is needed and cannot be had
 * @throws {InvalidInput} when the store cannot be used
 */
export async function startWorkers(settings: WorkerSettings): Promise<Workers> {
  const { log, queues, namespace = 'default', graceSeconds = GRACE_SECONDS } = settings;
  if (queues.includes('model')) await ensureTensorFlow();
  const places = allPlaces(settings);
  const allowList = new AllowList(places);
  const store = await openStore(settings.store, allowList);
  await store.check();
  await store.sweep();
  const connection = await NativeConnection.connect(settings.connection);
  const searchAttributes = await registerSearchAttributes(connection, namespace);
  if (!searchAttributes) log.write('INFO', 'search attributes are not registered here; runs do without them');

  const modelSlots = settings.modelSlots ?? defaultModelSlots();
  const threads = Math.max(1, Math.floor(availableParallelism() / modelSlots));
  const run = stageProcessRunner({
    store: settings.store,
    places,
    threads,
    graceMilliseconds: graceSeconds * 1000,
  });
  const plugins = await tracingPlugins();
  const activities = createActivities({ store, allowList, run, searchAttributes });
  const workers: Worker[] = [];
  for (const queue of queues) {
    const isModel = queue === 'model';
    workers.push(
      await Worker.create({
        connection,
        namespace,
        activities,
        dataConverter: { payloadCodecs: [readablePayloads] },
        taskQueue: isModel ? MODEL_TASK_QUEUE : TASK_QUEUE,
        ...(isModel
          ? {}
          : { workflowsPath: fileURLToPath(moduleUrl('../workflows/index', import.meta.url)) }),
        maxConcurrentActivityTaskExecutions: isModel ? modelSlots : availableParallelism(),
        shutdownGraceTime: 0,
        shutdownForceTime: `${graceSeconds + FAREWELL_SECONDS} seconds`,
        ...deploymentOf(settings.version),
        plugins,
      }),
    );
    const slots = isModel ? ` with ${modelSlots} model slots` : '';
    log.write('INFO', `polling ${isModel ? MODEL_TASK_QUEUE : TASK_QUEUE}${slots}`);
  }
  log.write('INFO', `may read ${allowList.describe()}`);
  const health =
    settings.healthPort === undefined
      ? undefined
      : await serve(settings.healthPort, workers, connection, settings.listen);
  if (health) log.write('INFO', `health on port ${health.port}`);
  return {
    run: async () => {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } finally {
        await health?.close();
        await connection.close();
      }
    },
    shutdown: () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

/** The worker's own places too. Without a rule, sources may lie beside the artifacts in the store's bucket. */
function allPlaces({ places: { allow, own }, store }: WorkerSettings): AllowedPlaces {
  const [bucket] = (!allow && /^s3:\/\/[^/]+/i.exec(store)) || [];
  return { allow, own: [...own, bucket ?? store, hubCache(), localCacheFolder()] };
}

const serve = (
  port: number,
  workers: readonly Worker[],
  connection: NativeConnection,
  listen: string | undefined,
) =>
  serveHealth(
    port,
    {
      isRunning: () => workers.every((worker) => worker.getState() === 'RUNNING'),
      reachesServer: () =>
        connection
          .withDeadline(Date.now() + 2_000, () => connection.workflowService.getSystemInfo({}))
          .then(
            () => true,
            () => false,
          ),
    },
    listen,
  );

/** A run stays on the version it began with: its stages and their order may differ in the next one. */
function deploymentOf(
  version: WorkerSettings['version'],
): { workerDeploymentOptions: WorkerDeploymentOptions } | undefined {
  if (!version) return undefined;
  return {
    workerDeploymentOptions: {
      version: { deploymentName: version.deployment, buildId: version.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
