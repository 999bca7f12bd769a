/**
 * Counterpoise as a plugin of Temporal's workers. A worker on the queue `counterpoise` gets the workflows and the light
 * activities, one on `counterpoise-model` the model work; whatever else they do stays as it is.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@temporalio/common';
import type { WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { type AllowedPlaces, AllowList } from '../lib/artifacts/allow-list.ts';
import { localCacheFolder } from '../lib/artifacts/home-of-user.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { hubCache } from '../lib/t5/checkpoint/hub/cache.ts';
import { moduleUrl } from '../lib/threads/thread-pool.ts';
import { ensureTensorFlow } from '../setup/tensorflow.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { MODEL_TASK_QUEUE, TASK_QUEUE } from '../workflows/task-queues.ts';
import { defaultModelSlots } from './machine-memory.ts';
import { readablePayloads } from './readable-payloads.ts';
import { stageProcessRunner } from './run-in-process.ts';

export interface PluginSettings {
  /** Address of the artifact store. */
  store: string;
  /** What sources and models may be read; the store and the product's caches are always. */
  places?: Partial<AllowedPlaces>;
  /** Model activities at a time. */
  modelSlots?: number;
  /** How long running stages may take to write their checkpoint when the worker is asked to end. */
  graceSeconds?: number;
  log?: Pick<Logger, 'info'>;
}

/** Ample for a step and a checkpoint of t5-base, and less than the 30 seconds after which Kubernetes kills. */
const GRACE_SECONDS = 25;
/** Between the end of a stage and that of its worker: telling Temporal so. */
const FAREWELL_SECONDS = 3;
const WORKFLOWS = fileURLToPath(moduleUrl('../workflows/index', import.meta.url));

/**
 * Opens the store, and makes the plugin for every worker of this process; slots and time-outs that a worker has are kept.
 * A worker with workflows of its own exports those of `counterpoise/workflows` beside them.
 * @throws {InvalidInput} when the store cannot be used
 */
export async function counterpoisePlugin(settings: PluginSettings): Promise<WorkerPlugin> {
  const { modelSlots = defaultModelSlots(), graceSeconds = GRACE_SECONDS, log } = settings;
  const places = allPlaces(settings);
  const allowList = new AllowList(places);
  const store = await openStore(settings.store, allowList);
  await store.check();
  await store.sweep();
  log?.info(`may read ${allowList.describe()}`);
  const run = stageProcessRunner({
    store: settings.store,
    places,
    threads: Math.max(1, Math.floor(availableParallelism() / modelSlots)),
    graceMilliseconds: graceSeconds * 1000,
  });
  return {
    name: 'counterpoise',
    configureWorker: async (options) => {
      const isModel = isModelQueue(options);
      if (isModel) await ensureTensorFlow();
      const searchAttributes = !isModel && (await knowsSearchAttributes(options));
      if (!isModel && !searchAttributes)
        log?.info('search attributes are not registered here; runs do without them');
      return {
        ...(!isModel && !options.workflowBundle && { workflowsPath: WORKFLOWS }),
        ...(!options.tuner && {
          maxConcurrentActivityTaskExecutions: isModel ? modelSlots : availableParallelism(),
        }),
        shutdownGraceTime: 0,
        shutdownForceTime: `${graceSeconds + FAREWELL_SECONDS} seconds`,
        ...options,
        activities: beside(options.activities, createActivities({ store, allowList, run, searchAttributes })),
        dataConverter: {
          ...options.dataConverter,
          // The first codec is the last to decode: it looks at what encryption gives back.
          payloadCodecs: [readablePayloads, ...(options.dataConverter?.payloadCodecs ?? [])],
        },
      };
    },
  };
}

/** The worker's own places too. Without a rule, sources may lie beside the artifacts in the store's bucket. */
function allPlaces({ places: { allow, own = [] } = {}, store }: PluginSettings): AllowedPlaces {
  const [bucket] = (!allow && /^s3:\/\/[^/]+/i.exec(store)) || [];
  return { allow, own: [...own, bucket ?? store, hubCache(), localCacheFolder()] };
}

function isModelQueue({ taskQueue }: WorkerOptions): boolean {
  if (taskQueue === MODEL_TASK_QUEUE || taskQueue === TASK_QUEUE) return taskQueue === MODEL_TASK_QUEUE;
  const remedy = `Poll ${TASK_QUEUE} or ${MODEL_TASK_QUEUE} in the worker with this plugin`;
  throw new InvalidInput('taskQueue', `${taskQueue} gets none of Counterpoise's work`, remedy);
}

function beside(own: object = {}, ours: object): object {
  const taken = Object.keys(own).find((name) => Object.hasOwn(ours, name));
  if (taken === undefined) return { ...own, ...ours };
  throw new InvalidInput('activities', `${taken} is one of Counterpoise's`, 'Give yours another name');
}

/** `temporal.api.enums.v1.IndexedValueType`, by the names that the SDK gives to the types of search attributes. */
const INDEXED_VALUE_TYPE: Record<string, number> = { KEYWORD: 2, DOUBLE: 4, BOOL: 5 };

/** Registers the product's search attributes where that is allowed, and says whether the server knows them all then. */
async function knowsSearchAttributes({ connection, namespace = 'default' }: WorkerOptions): Promise<boolean> {
  if (!connection) return false;
  const { operatorService } = connection;
  const findMissing = () =>
    operatorService.listSearchAttributes({ namespace }).then(
      ({ customAttributes }) => SEARCH_ATTRIBUTES.filter(({ name }) => !customAttributes[name]),
      () => SEARCH_ATTRIBUTES,
    );
  const missing = await findMissing();
  if (missing.length === 0) return true;
  const types = missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]!]);
  // It may not be allowed, or another worker be quicker: the second look shows it.
  await operatorService
    .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) })
    .catch(() => {});
  return (await findMissing()).length === 0;
}
