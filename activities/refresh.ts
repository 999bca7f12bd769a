/** Finds the previous runs of a dataset, by notes in the store (lib/runs), and what a run can reuse from them. */
import { type ArtifactReference, referencesIn } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import {
  type Differences,
  decideReuse,
  locate,
  placeOf,
  type ReusableClass,
  type Reuse,
} from '../lib/runs/reuse.ts';
import {
  datasetKey,
  findLatest,
  findRecord,
  fingerprintOf,
  noteStart,
  noteUse,
  type RunRecord,
} from '../lib/runs/run-record.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import type { CompareTextsParameters } from '../lib/stages/compare-texts.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import { workflowId } from './stage-activity.ts';

/** The place of a run among the runs of its dataset. */
export interface RunPlace {
  dataset: string;
  fingerprint: string;
  previous: string | null;
  /** Whether sources or settings differ from those of the previous run; true for the first run. */
  changed: boolean;
}

/**
 * Records the start of a run, and finds the previous one. A run with the same sources and settings reuses what that one
 * reused, so that every stage is cached.
 * @throws {InvalidInput} when `refresh.previous` names a run that the store does not know
 */
export async function placeRun(
  store: ArtifactStore,
  runId: string,
  sources: readonly ArtifactReference[],
  settings: RunSettings,
): Promise<RunPlace> {
  const dataset = datasetKey(settings);
  await noteStart(store, { runId, dataset, startedAt: new Date().toISOString() });
  const fingerprint = fingerprintOf(sources, settings);
  const { previous: wanted } = settings.refresh;
  const find = () => (wanted === 'latest' ? findLatest(store, dataset) : findRecord(store, wanted!));
  const before = wanted === null ? undefined : await find();
  const problem = `the artifact store has no finished run ${JSON.stringify(wanted)}`;
  if (!before && wanted !== null && wanted !== 'latest')
    throw new InvalidInput('refresh.previous', problem, 'Use another id, "latest", or null for none');
  const changed = before?.fingerprint !== fingerprint;
  return { dataset, fingerprint, previous: (changed ? before?.runId : before?.previous) ?? null, changed };
}

export interface ReuseParameters {
  previous: string;
  settings: RunSettings;
  train: ArtifactReference;
  test: ArtifactReference;
  /** The training pages in two parts, if models are trained only on the first. */
  learn?: ArtifactReference | undefined;
  validation?: ArtifactReference | undefined;
  classes: { name: string; texts: ArtifactReference }[];
}

export interface PlanReuseParameters extends Pick<ReuseParameters, 'previous' | 'settings'> {
  compared: Pick<StageResult<Differences>, 'files' | 'summary'>;
}

/** What a run reuses, and what its comparison with the previous run needs. */
export interface ReusePlan extends Reuse {
  /** `text-changes.json`. */
  texts: ArtifactReference;
  compared: Pick<RunRecord, 'finishedAt' | 'classes'> & { evaluations: ArtifactReference[] };
}

/** The training pages of the previous models, paired with those of this run; null if the store has lost them. */
export async function findPreviousTexts(
  store: ArtifactStore,
  { previous, train, test, learn = train, validation, classes }: ReuseParameters,
): Promise<CompareTextsParameters | null> {
  const record = await findRecord(store, previous);
  const before = record && (await locate(store, { train: record.train }));
  if (!record || !before) return null;
  const learnt = (pages: ArtifactReference[]) =>
    locate(store, Object.fromEntries(pages.entries())).then((found) => found && Object.values(found));
  const known: CompareTextsParameters['classes'] = [];
  for (const { name, texts: after } of classes) {
    const branch = record.branches.find((each) => each.class === name);
    const learntFrom = branch && (await learnt(branch.learntFrom));
    if (learntFrom) known.push({ class: name, learntFrom, after });
  }
  const baseFrom = record.base && (await learnt(record.base.learntFrom));
  return {
    before: before.train!,
    after: train,
    test,
    ...(validation && { validation }),
    ...(baseFrom && { base: { learntFrom: baseFrom, after: learn } }),
    classes: known,
  };
}

/** @returns null if the store no longer knows the previous run */
export async function planReuse(
  store: ArtifactStore,
  { previous, settings, compared: { files, summary } }: PlanReuseParameters,
): Promise<ReusePlan | null> {
  const record = await findRecord(store, previous);
  if (!record) return null;
  const reuse = await inStore(store, decideReuse(record, settings, summary));
  const evaluations = (await locate(store, record.evaluations)) ?? {};
  return {
    ...reuse,
    texts: files['text-changes.json']!,
    compared: {
      finishedAt: record.finishedAt,
      classes: record.classes,
      evaluations: Object.values(evaluations),
    },
  };
}

/** The reuse plan without lost artifacts; the rest is marked as used by this run. */
async function inStore(store: ArtifactStore, { previous, base, classes }: Reuse): Promise<Reuse> {
  const left: ReusableClass[] = [];
  for (const each of classes) left.push(await classInStore(store, each));
  const model = base && (await locate(store, base.model));
  for (const reference of referencesIn([left, model])) {
    const place = placeOf(reference);
    if (place) await noteUse(store, workflowId(), place.stage, place.key);
  }
  return { previous, base: model && { ...base, model }, classes: left };
}

async function classInStore(store: ArtifactStore, reuse: ReusableClass): Promise<ReusableClass> {
  const { class: name, share, kept, trainFrom, records } = reuse;
  const from = trainFrom && (await locate(store, trainFrom.model));
  const model = kept && (await locate(store, kept.model));
  const base = kept && (await locate(store, kept.base));
  if (!model || !base) return { class: name, share, trainFrom: from && { ...trainFrom, model: from } };
  const losses = kept.losses && (await locate(store, { losses: kept.losses }))?.losses;
  const written = records && (await locate(store, { kept: records.kept }))?.kept;
  return {
    class: name,
    share,
    kept: { ...kept, model, base, losses },
    records: written && { ...records, kept: written },
  };
}
