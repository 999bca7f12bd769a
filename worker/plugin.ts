/**
 * Counterpoise as a Temporal worker plugin. A worker on the queue `counterpoise` gets the workflows and light activities,
 * one on `counterpoise-model` the model work; their other workflows and activities are unaffected.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@temporalio/common';
import type { WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { type AllowedPlaces, AllowList } from '../lib/artifacts/allow-list.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { localCacheFolder } from '../lib/artifacts/user-folders.ts';
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
  /** Allowed locations of sources and models; the store and the product's caches are always allowed. */
  places?: Partial<AllowedPlaces>;
  /** Concurrent model activities. */
  modelSlots?: number;
  /** How long running stages may take to write their checkpoint at shutdown. */
  graceSeconds?: number;
  log?: Pick<Logger, 'info'>;
}

/** Enough for a step and a checkpoint of t5-base, and less than the 30 seconds after which Kubernetes kills. */
const GRACE_SECONDS = 25;
/** Time after the last stage has stopped for the worker to report to Temporal. */
const FAREWELL_SECONDS = 3;
const WORKFLOWS = fileURLToPath(moduleUrl('../workflows/index', import.meta.url));

/**
 * Opens the store, and creates the plugin for the workers of this process; it keeps their slots and timeouts.
 * A worker with its own workflows re-exports those of `counterpoise/workflows`.
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
          // The first codec decodes last, after decryption.
          payloadCodecs: [readablePayloads, ...(options.dataConverter?.payloadCodecs ?? [])],
        },
      };
    },
  };
}

/** Adds the worker's own locations. By default, sources may also be in the store's bucket. */
function allPlaces({ places: { allow, own = [] } = {}, store }: PluginSettings): AllowedPlaces {
  const [bucket] = (!allow && /^s3:\/\/[^/]+/i.exec(store)) || [];
  return { allow, own: [...own, bucket ?? store, hubCache(), localCacheFolder()] };
}

function isModelQueue({ taskQueue }: WorkerOptions): boolean {
  if (taskQueue === MODEL_TASK_QUEUE || taskQueue === TASK_QUEUE) return taskQueue === MODEL_TASK_QUEUE;
  const remedy = `Poll ${TASK_QUEUE} or ${MODEL_TASK_QUEUE} in the worker with this plugin`;
  throw new InvalidInput('taskQueue', `${taskQueue} is not one of Counterpoise's queues`, remedy);
}

function beside(own: object = {}, ours: object): object {
  const taken = Object.keys(own).find((name) => Object.hasOwn(ours, name));
  if (taken === undefined) return { ...own, ...ours };
  throw new InvalidInput('activities', `${taken} is an activity of Counterpoise`, 'Rename yours');
}

/** `temporal.api.enums.v1.IndexedValueType`, by the SDK's names of search attribute types. */
const INDEXED_VALUE_TYPE: Record<string, number> = { KEYWORD: 2, DOUBLE: 4, BOOL: 5 };

/** Registers the search attributes if allowed, and returns whether the server then has them all. */
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
  // Not allowed, or another worker was faster: the next check tells.
  await operatorService
    .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(types) })
    .catch(() => {});
  return (await findMissing()).length === 0;
}
