/**
 * A stage is one step of the DAG as a plain function: from parameters, whose references name the content of earlier
 * stages, to files in a folder and a small summary.
 *
 * A stage knows nothing of caching, Temporal or processes. `runStage` (run-stage.ts) gives it an empty folder for
 * its files and publishes them, with the manifest last, under a key made of the parameters, the digests of what the
 * references point to, and the stage's version. Hence three duties of a stage:
 *
 * - the same parameters give the same bytes; a change to what it computes raises `version`;
 * - all that it reads is named by its parameters;
 * - what it wants to find again after a kill (checkpoints, finished chunks) it keeps in `scratch`, written atomically.
 */
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { Timing } from '../artifacts/timing.ts';

/** How far a stage is. Numbers that only some stages have (loss, tokens a second) stand in `figures`. */
export interface StageProgress {
  /** What is being done, in words a person reads: `clean`, `fine-tune`. */
  phase: string;
  done: number;
  total?: number;
  /** What `done` and `total` count: `bytes`, `steps`, `records`. */
  unit: string;
  /** How much of `done` was inherited from an interrupted attempt. */
  resumed?: number;
  figures?: Record<string, number>;
}

/** What surrounds a running stage. */
export interface StageContext {
  /** Empty folder; the files written here become the artifact. */
  out: string;
  /** Folder that is still there when a killed stage is started again. */
  scratch: string;
  /** Local path of what a reference points to, its digest checked. */
  open(reference: ArtifactReference): Promise<string>;
  /** Local folder in which these files lie under their names. */
  openFolder(files: Record<string, ArtifactReference>): Promise<string>;
  signal: AbortSignal;
  progress(progress: StageProgress): void;
}

/** What a stage's function returns: the summary, and how many records the files that hold records have. */
export interface StageOutcome<S> {
  summary: S;
  /** By the file's name in `out`. */
  records?: Record<string, number>;
}

export interface Stage<P, S> {
  name: string;
  /** Raised whenever the same parameters give other bytes than before. */
  version: number;
  run(parameters: P, context: StageContext): Promise<StageOutcome<S>>;
}

/** A stage that says beforehand how much work it would do, counted in what takes it the same time each. */
export interface PlannableStage<P, S, Known = void, Work = number> extends Stage<P, S> {
  /** @param known what the parameters do not say: it stands in the files that they refer to */
  work(parameters: P, known: Known): Work;
}

/** A published stage: its summary, and a reference for each of its files. */
export interface StageResult<S> {
  stage: string;
  key: string;
  files: Record<string, ArtifactReference>;
  summary: S;
  /** What it took when it was made, in whichever run that was. */
  made?: Timing;
  /** Whether the manifest was there before, so that nothing was done. */
  cached: boolean;
}

/** Whether what a step gave back was all there before, so that nothing was done. */
export const isCached = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'cached' in result && result.cached === true;
