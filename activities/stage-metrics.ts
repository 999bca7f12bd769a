import type { MetricMeter } from '@temporalio/common';
import type { StageProgress } from '../lib/stages/stage.ts';

/**
 * What Prometheus learns of a stage, beside the SDK's own metrics: `counterpoise_work_total` (by stage and unit: rows,
 * records, steps, bytes), `counterpoise_figure` (tokens or rows a second, loss, …) and `counterpoise_stage_seconds`.
 */
export class StageMetrics {
  readonly #meter: MetricMeter;
  readonly #stage: string;
  readonly #begun = performance.now();
  #last: StageProgress | undefined;

  constructor(meter: MetricMeter, stage: string) {
    this.#meter = meter;
    this.#stage = stage;
  }

  note(progress: StageProgress): void {
    const before = this.#last?.phase === progress.phase ? this.#last.done : 0;
    this.#last = progress;
    const tags = { stage: this.#stage };
    if (progress.done > before)
      this.#meter
        .createCounter('counterpoise_work_total', undefined, 'What stages have worked off, by its unit')
        .add(Math.round(progress.done - before), { ...tags, unit: progress.unit });
    for (const [figure, value] of Object.entries(progress.figures ?? {}))
      if (Number.isFinite(value))
        this.#meter
          .createGauge('counterpoise_figure', 'float', undefined, 'Latest figures of running stages')
          .set(value, { ...tags, figure });
  }

  end(outcome: 'done' | 'cached' | 'failed'): void {
    this.#meter
      .createHistogram('counterpoise_stage_seconds', 'float', 's', 'How long stages took')
      .record((performance.now() - this.#begun) / 1000, { stage: this.#stage, outcome });
  }
}
