import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { ensureTensorFlow } from '../setup/tensorflow.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
import { stageProcessRunner } from './run-in-process.ts';
import { registerSearchAttributes } from './search-attributes.ts';

export interface WorkerSettings {
  /** `host:port` of the Temporal server. */
  address?: string;
  namespace?: string;
  /** Address of the artifact store. */
  store: string;
  /** `workflow`: the DAG and light activities; `model`: model work. */
  queues: readonly ('workflow' | 'model')[];
  /** Model activities at a time. */
  modelSlots?: number;
  /** Told what a person who looks at the worker wants to know. */
  log: (line: string) => void;
}

export interface Workers {
  /** Resolves when the workers have shut down; rejects when one of them fails. */
  run(): Promise<void>;
  /** Stops taking work, lets running model work write its checkpoint, and ends `run`. */
  shutdown(): void;
}

/** A fine-tuning of t5-base takes this much; smaller models get more slots by `modelSlots`. */
const GIB_PER_MODEL = 16;

/** Enough for running stages to write their checkpoint and leave. */
const GRACE = '10 seconds';

/**
 * Connects and starts a worker for each queue. Before a machine's first model work this sets up TensorFlow.
 * @throws {SetupFailed} when TensorFlow is needed and cannot be had
 */
export async function startWorkers(settings: WorkerSettings): Promise<Workers> {
  if (settings.queues.includes('model')) await ensureTensorFlow();
  const connection = await NativeConnection.connect({ address: settings.address ?? 'localhost:7233' });
  const namespace = settings.namespace ?? 'default';
  const searchAttributes = await registerSearchAttributes(connection, namespace);
  if (!searchAttributes) settings.log('search attributes are not registered here; runs do without them');

  const modelSlots = settings.modelSlots ?? Math.max(1, Math.floor(totalmem() / 2 ** 30 / GIB_PER_MODEL));
  const threads = Math.max(1, Math.floor(availableParallelism() / modelSlots));
  const run = stageProcessRunner(settings.store, threads);
  const activities = createActivities({ store: openStore(settings.store), run, searchAttributes });
  const workers: Worker[] = [];
  for (const queue of settings.queues) {
    const isModel = queue === 'model';
    workers.push(
      await Worker.create({
        connection,
        namespace,
        activities,
        taskQueue: isModel ? MODEL_TASK_QUEUE : TASK_QUEUE,
        ...(isModel ? {} : { workflowsPath: workflowsPath() }),
        maxConcurrentActivityTaskExecutions: isModel ? modelSlots : availableParallelism(),
        shutdownGraceTime: 0,
        shutdownForceTime: GRACE,
      }),
    );
    settings.log(`polling ${isModel ? `${MODEL_TASK_QUEUE} with ${modelSlots} model slots` : TASK_QUEUE}`);
  }
  return {
    run: async () => {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } finally {
        await connection.close();
      }
    },
    shutdown: () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

/** Sends the SDK's own log lines to `log`; once per process, before the first worker starts. */
export function quietRuntime(log: (line: string) => void): void {
  Runtime.install({
    logger: {
      log: () => {},
      trace: () => {},
      debug: () => {},
      info: () => {},
      warn: (message) => log(message),
      error: (message, meta) => log(`${message} ${meta?.error ?? ''}`),
    },
  });
}

const workflowsPath = () =>
  fileURLToPath(
    new URL(
      import.meta.url.endsWith('.ts') ? '../workflows/index.ts' : '../workflows/index.js',
      import.meta.url,
    ),
  );
