import { setTimeout } from 'node:timers/promises';
import type { ArtifactStore } from '../lib/artifacts/store.ts';

const LOOK_MS = 2_000;
/** Pause after an upload, as a multiple of its duration: saving takes at most a tenth of the time and bandwidth. */
const PAUSE = 9;

/** For the last save of a stage that failed. A worker that shuts down waits no longer than its own grace period. */
const LAST_SAVE_MS = 5 * 60_000;

/**
 * Regularly saves the scratch folder of a running stage for other machines. Runs in the worker's process: the stage's own
 * is busy, and may be killed at any moment.
 * @returns a function that ends the saving; `next`: save the folder once more, leave it, or remove it
 */
export function saveScratchRegularly(
  store: ArtifactStore,
  stage: string,
  key: string,
): (next: 'save' | 'leave' | 'clear') => Promise<void> {
  const ending = new AbortController();
  const save = (signal?: AbortSignal) => store.saveScratch(stage, key, signal).catch(() => {});
  const saving = (async () => {
    for (let pause = LOOK_MS; !ending.signal.aborted; ) {
      await setTimeout(pause, undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted) return;
      const begun = performance.now();
      await save(ending.signal);
      pause = Math.max(LOOK_MS, PAUSE * (performance.now() - begun));
    }
  })();
  return async (next) => {
    ending.abort();
    await saving;
    if (next === 'save') await save(AbortSignal.timeout(LAST_SAVE_MS));
    // The stage has cleared its folder, but an upload may have ended after that.
    if (next === 'clear') await store.clearScratch(stage, key).catch(() => {});
  };
}
