import type { ArtifactReference } from '../lib/artifacts/reference.ts';

/** Metrics of one method, as the result of a run names them. */
export interface MethodMetrics {
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** Recall by class. */
  recall: Record<string, number>;
}

export interface ClassResult {
  train: number;
  test: number;
  generated: number;
  state: 'kept' | 'balanced' | 'partly balanced' | 'skipped';
}

/** The result of `balanceDataset`: small JSON, and what `run --json` and `watch --json` print as their last line. */
export interface RunResult {
  runId: string;
  methods: Record<'regular' | 'undersample' | 'oversample' | 'generated' | 'generatedOversample', MethodMetrics>;
  classes: Record<string, ClassResult>;
  /** The balanced dataset, CSV; the same in other formats lies beside it. */
  dataset: ArtifactReference;
  /** `report.html`; report.json, the dataset card and the charts lie beside it. */
  report: ArtifactReference;
}
