import type { MetricMeter } from '@temporalio/common';
import type { StageProgress } from '../lib/stages/stage.ts';

/**
 * Prometheus metrics of a stage, in addition to the SDK's: `counterpoise_work_total` (by stage and unit: rows,
 * records, steps, bytes), `counterpoise_figure` (tokens or rows a second, loss, …) and `counterpoise_stage_seconds`.
 */
export function stageMetrics(meter: MetricMeter, stage: string) {
  const begun = performance.now();
  let last: StageProgress | undefined;
  return {
    note: (progress: StageProgress): void => {
      const before = last?.phase === progress.phase ? last.done : 0;
      last = progress;
      if (progress.done > before)
        meter
          .createCounter('counterpoise_work_total', undefined, 'What stages have worked off, by its unit')
          .add(Math.round(progress.done - before), { stage, unit: progress.unit });
      for (const [figure, value] of Object.entries(progress.figures ?? {}))
        if (Number.isFinite(value))
          meter
            .createGauge('counterpoise_figure', 'float', undefined, 'Latest figures of running stages')
            .set(value, { stage, figure });
    },
    end: (outcome: 'done' | 'cached' | 'failed'): void => {
      meter
        .createHistogram('counterpoise_stage_seconds', 'float', 's', 'How long stages took')
        .record((performance.now() - begun) / 1000, { stage, outcome });
    },
  };
}
