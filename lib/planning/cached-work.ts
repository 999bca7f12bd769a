/** What of a run's work the artifact store has already. Nothing is run, and nothing is fetched. */
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { needsRecords, strategySettings } from '../balancing/strategies/shares.ts';
import { missingRecords } from '../balancing/target.ts';
import { datasetKey, findLatest, fingerprintOf } from '../runs/run-record.ts';
import { prepareSettings } from '../settings/prepare-settings.ts';
import type { RunSettings } from '../settings/settings.ts';
import { adapt } from '../stages/adapt.ts';
import { fineTune } from '../stages/fine-tune.ts';
import { generate } from '../stages/generate.ts';
import { learnable } from '../stages/learnable.ts';
import { type ModelFiles, modelOf } from '../stages/model-files.ts';
import { type PrepareSummary, prepare } from '../stages/prepare.ts';
import { pretrain } from '../stages/pretrain.ts';
import { findStage } from '../stages/run-stage.ts';
import type { StageResult } from '../stages/stage.ts';
import { firstShards } from './work.ts';

export interface CachedWork {
  /** Id of a finished run of the same content and settings: all that it did is there. */
  sameRun?: string;
  /** Id of the finished run that this one would reuse work of. */
  previous?: string;
  prepared?: StageResult<PrepareSummary>;
  /** The T5 that was trained on the corpus. */
  base: boolean;
  /** By rare class: whether its model is there, and how many of its shards. */
  branches: Record<string, { trained: boolean; shards: number }>;
}

/** Looks at everything that can be looked up without the model's own files: a T5 of the hub is not followed further. */
export async function findCachedWork(
  store: ArtifactStore,
  sources: ArtifactReference[],
  settings: RunSettings,
): Promise<CachedWork> {
  const latest = await findLatest(store, datasetKey(settings));
  const isSame = latest?.fingerprint === fingerprintOf(sources, settings);
  const prepared = await findStage(store, prepare, { sources, ...prepareSettings(settings) });
  const base = prepared && (await findBase(store, prepared, settings));
  const branches: CachedWork['branches'] = {};
  if (prepared && base)
    for (const { name, kind } of prepared.summary.classes)
      if (kind === 'rare') branches[name] = await findBranch(store, prepared, base, name, settings);
  return {
    ...(latest && (isSame ? { sameRun: latest.runId } : { previous: latest.runId })),
    ...(prepared && { prepared }),
    base: base !== undefined,
    branches,
  };
}

async function findBase(
  store: ArtifactStore,
  { files }: StageResult<PrepareSummary>,
  settings: RunSettings,
): Promise<ModelFiles | undefined> {
  if (typeof settings.model === 'string') return undefined;
  const texts = learnable(files);
  const trained = await findStage(store, pretrain, { texts, settings: settings.model });
  if (!trained || !settings.adapt) return trained && modelOf(trained);
  const adapted = await findStage(store, adapt, {
    model: modelOf(trained),
    texts,
    settings: settings.adapt,
    ...(settings.adapt.objective === 'strategies' && { strategies: strategySettings(settings.generate) }),
  });
  return adapted && modelOf(adapted);
}

async function findBranch(
  store: ArtifactStore,
  { files, summary }: StageResult<PrepareSummary>,
  base: ModelFiles,
  name: string,
  settings: RunSettings,
): Promise<CachedWork['branches'][string]> {
  const prepared = summary.classes.find((each) => each.name === name)!;
  const tuned = await findStage(store, fineTune, {
    class: name,
    model: base,
    texts: files[prepared.texts!]!,
    settings: settings.fineTune,
    ...(settings.fineTune.objective === 'strategies' && {
      taught: { profile: files[prepared.profile!]!, strategies: strategySettings(settings.generate) },
    }),
  });
  if (!tuned) return { trained: false, shards: 0 };
  const sizes = summary.classes.map(({ train }) => train);
  const wanted = missingRecords(settings.generate.target, prepared.train, sizes);
  let shards = 0;
  for (const shard of firstShards(wanted, settings.generate)) {
    const found = await findStage(store, generate, {
      class: name,
      model: modelOf(tuned),
      profile: files[prepared.profile!]!,
      settings: settings.generate,
      ...(needsRecords(settings.generate.strategies) && { texts: files[prepared.texts!]! }),
      ...shard,
    });
    if (found) shards++;
  }
  return { trained: true, shards };
}
