import { setTimeout } from 'node:timers/promises';
import { canonicalJson, stageKey } from '../artifacts/key.ts';
import { thisMachine } from '../artifacts/machine.ts';
import type { ArtifactStore, Manifest } from '../artifacts/store.ts';
import type { Stage, StageContext, StageProgress, StageResult } from './stage.ts';

/** How often a process that waits for another's work looks for it. */
const TURN_MS = 500;

/** The published result of a stage with these parameters, or undefined when it has yet to run. */
export async function findStage<P, S>(
  store: ArtifactStore,
  stage: Stage<P, S>,
  parameters: P,
): Promise<StageResult<S> | undefined> {
  const manifest = await store.find(stage.name, stageKey(stage, parameters));
  return manifest && toResult<S>(store, manifest, true);
}

/**
 * Runs a stage and publishes its files, or returns what an earlier run published under the same key. While another
 * process of this machine is at the same work, it waits for what comes of that.
 * @throws whatever the stage throws; its staging folder is removed then, its scratch folder stays for the next attempt
 */
export async function runStage<P, S>(
  store: ArtifactStore,
  stage: Stage<P, S>,
  parameters: P,
  options: { signal?: AbortSignal; onProgress?: (progress: StageProgress) => void } = {},
): Promise<StageResult<S>> {
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  const key = stageKey(stage, parameters);
  for (;;) {
    const found = await findStage(store, stage, parameters);
    if (found) return found;
    const release = await store.claim(stage.name, key);
    try {
      if (release) return await work(store, stage, parameters, key, { signal, progress: onProgress });
    } finally {
      await release?.();
    }
    await setTimeout(TURN_MS, undefined, { signal });
  }
}

async function work<P, S>(
  store: ArtifactStore,
  stage: Stage<P, S>,
  parameters: P,
  key: string,
  context: Pick<StageContext, 'signal' | 'progress'>,
): Promise<StageResult<S>> {
  const staging = await store.stagingFolder(stage.name, key);
  const [startedAt, start] = [new Date().toISOString(), performance.now()];
  try {
    const outcome = await stage.run(parameters, {
      out: staging,
      scratch: await store.scratch(stage.name, key),
      open: (reference) => store.open(reference),
      openFolder: (files) => store.openFolder(files),
      ...context,
    });
    context.signal.throwIfAborted();
    const seconds = Math.round(performance.now() - start) / 1000;
    const description: Omit<Manifest, 'files'> = {
      manifestVersion: 1,
      stage: stage.name,
      version: stage.version,
      key,
      parameters: JSON.parse(canonicalJson(parameters)),
      summary: outcome.summary,
      made: { startedAt, seconds, machines: [thisMachine()] },
    };
    const manifest = await store.publish(staging, description, outcome.records);
    await store.clearScratch(stage.name, key);
    return toResult<S>(store, manifest, false);
  } catch (error) {
    await store.discard(staging);
    throw error;
  }
}

function toResult<S>(store: ArtifactStore, manifest: Manifest, cached: boolean): StageResult<S> {
  return {
    stage: manifest.stage,
    key: manifest.key,
    files: store.references(manifest),
    summary: manifest.summary as S,
    ...(manifest.made && { made: manifest.made }),
    cached,
  };
}
