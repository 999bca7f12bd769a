import type { PrepareProgress } from './prepare.ts';

/** Adds to what is told of a phase's progress how fast it is and how long it still takes. */
export class ProgressMeter {
  readonly #startedAt = performance.now();
  readonly #tell: ((progress: PrepareProgress) => void) | undefined;

  constructor(tell: ((progress: PrepareProgress) => void) | undefined) {
    this.#tell = tell;
  }

  /** @param rows done so far in this phase */
  show(progress: Omit<PrepareProgress, 'figures'>, rows?: number): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const figures: Record<string, number> = {};
    if (seconds > 1 && progress.done > 0) {
      if (rows !== undefined) figures['rows/s'] = Math.round(rows / seconds);
      figures['seconds left'] = Math.round((seconds * (progress.total - progress.done)) / progress.done);
    }
    this.#tell?.({ ...progress, figures });
  }
}
