/**
 * What the store knows of runs, as notes beside the artifacts: that a run has started, which artifacts it looked at,
 * the output of each branch, and, once finished, everything that the next run of the dataset reuses or compares with.
 * Temporal cannot provide it, because it forgets closed runs after days.
 *
 * | note | holds |
 * |---|---|
 * | `runs/<run>/started` | `RunStart` |
 * | `runs/<run>/branches/<class>` | `BranchRecord` |
 * | `runs/<run>/finished` | `RunRecord` |
 * | `uses/<run or branch>/<stage>-<key>` | id of the run's or the branch's workflow |
 * | `latest/<dataset>` | id of the run that finished last |
 */
import { sha256 } from '../artifacts/digest.ts';
import { canonicalJson } from '../artifacts/key.ts';
import { noteName } from '../artifacts/notes.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { type ArtifactStore, INPUTS, inputKey } from '../artifacts/store.ts';
import type { Timing } from '../artifacts/timing.ts';
import type { SplitClass } from '../corpus/split.ts';
import { datasetName } from '../settings/dataset-name.ts';
import type { RunSettings } from '../settings/settings.ts';

type Files = Record<string, ArtifactReference>;

export interface RunStart {
  runId: string;
  dataset: string;
  startedAt: string;
}

export interface BranchRecord extends Pick<RunSettings, 'fineTune' | 'generate' | 'filter'> {
  class: string;
  model: Files;
  base: Files;
  /** All pages that the checkpoint was trained on since the pretrained T5; the last are its own class's. */
  learntFrom: ArtifactReference[];
  losses?: ArtifactReference | undefined;
  made?: { fineTune?: Timing | undefined; generate?: Timing | undefined };
  kept: ArtifactReference;
  /** Number of the first unused prompt. */
  nextPrompt: number;
}

/** A T5 trained on the corpus: from scratch, or adapted. */
export interface BaseRecord {
  model: Files;
  /** The training pages of all classes. */
  learntFrom: ArtifactReference[];
  made?: { pretrain?: Timing | undefined; adapt?: Timing | undefined };
}

export interface RunRecord extends RunStart {
  recordVersion: 1;
  finishedAt: string;
  fingerprint: string;
  settings: RunSettings;
  train: ArtifactReference;
  classes: SplitClass[];
  base?: BaseRecord | undefined;
  evaluations: Record<string, ArtifactReference>;
  /** The run that this one reused. */
  previous: string | null;
  branches: BranchRecord[];
}

/** Identifies a dataset across runs: its name, or the source as written and the label column. */
export function datasetKey({ dataset, source, columns }: RunSettings): string {
  if (dataset !== undefined) return dataset;
  const place = sha256(JSON.stringify([source, columns.label]));
  return `${datasetName(source)}-${place.slice(0, 8)}`;
}

/** Settings that do not affect results: where inputs are, and how work is split. */
const WITHOUT_EFFECT = ['source', 'sourceSelection', 'dataset', 'refresh', 'onFailedBranch'];

/** A digest of everything that determines a run's result: the content of its sources and its settings. */
export function fingerprintOf(sources: readonly ArtifactReference[], settings: RunSettings): string {
  const fields = Object.entries(settings).filter(([name]) => !WITHOUT_EFFECT.includes(name));
  return sha256(canonicalJson([sources, Object.fromEntries(fields)])).slice(0, 32);
}

/** Records the start of a run; from then on `prune` keeps what it uses. */
export async function noteStart({ notes }: ArtifactStore, start: RunStart): Promise<void> {
  await notes.write(noteName('runs', start.runId, 'started'), start);
}

/** Records that a run or branch uses an artifact. */
export async function noteUse(
  { notes }: ArtifactStore,
  workflowId: string,
  stage: string,
  key: string,
): Promise<void> {
  await notes.write(noteName('uses', workflowId, `${stage}-${key}`), workflowId);
}

/** Records that a run uses files that may be inputs of the store. */
export async function noteInputs(
  store: ArtifactStore,
  workflowId: string,
  references: readonly ArtifactReference[],
): Promise<void> {
  for (const reference of references) {
    const key = inputKey(reference);
    if (key) await noteUse(store, workflowId, INPUTS, key);
  }
}

/** Records the output of a branch. */
export async function noteBranch(
  { notes }: ArtifactStore,
  runId: string,
  branch: BranchRecord,
): Promise<void> {
  await notes.write(noteName('runs', runId, 'branches', branch.class), branch);
}

/** Records a finished run with its branches, as the latest of its dataset. */
export async function noteFinish(
  { notes }: ArtifactStore,
  run: Omit<RunRecord, 'recordVersion' | 'branches' | 'startedAt'>,
  rareClasses: readonly string[],
): Promise<void> {
  const start = (await notes.read(noteName('runs', run.runId, 'started'))) as RunStart | undefined;
  const branches: BranchRecord[] = [];
  for (const name of rareClasses) {
    const branch = await notes.read(noteName('runs', run.runId, 'branches', name));
    if (branch) branches.push(branch as BranchRecord);
  }
  const startedAt = start?.startedAt ?? run.finishedAt;
  const record: RunRecord = { recordVersion: 1, ...run, startedAt, branches };
  await notes.write(noteName('runs', run.runId, 'finished'), record);
  await notes.write(noteName('latest', run.dataset), run.runId);
}

/** The record of a finished run. */
export async function findRecord({ notes }: ArtifactStore, runId: string): Promise<RunRecord | undefined> {
  return (await notes.read(noteName('runs', runId, 'finished'))) as RunRecord | undefined;
}

/** The record of the last finished run of a dataset. */
export async function findLatest(store: ArtifactStore, dataset: string): Promise<RunRecord | undefined> {
  const runId = await store.notes.read(noteName('latest', dataset));
  return typeof runId === 'string' ? findRecord(store, runId) : undefined;
}
