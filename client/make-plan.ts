/** A dry run: what a run would do and how long that takes here, without doing it. */
import { availableParallelism } from 'node:os';
import { mean, sumBy } from '../lib/arithmetic/sums.ts';
import { AllowList } from '../lib/artifacts/allow-list.ts';
import { referToFile } from '../lib/artifacts/digest.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { openSources } from '../lib/corpus/sources.ts';
import { type Planned, planAdvice } from '../lib/planning/advice.ts';
import { type CachedWork, findCachedWork } from '../lib/planning/cached-work.ts';
import { calibrateClassifier } from '../lib/planning/calibrate-classifier.ts';
import { combine, estimate, type Machines, type Speeds } from '../lib/planning/estimate.ts';
import { modelShape, publishedShape, type T5Shape } from '../lib/planning/model-shape.ts';
import { type Survey, surveyCorpus, surveyPrepared } from '../lib/planning/survey.ts';
import { examplesPerText, plannedWork, type Work } from '../lib/planning/work.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunInput, RunSettings } from '../lib/settings/settings.ts';
import type { StageProgress } from '../lib/stages/stage.ts';
import { defaultModelSlots } from '../worker/machine-memory.ts';
import { calibrateInProcess } from '../worker/run-in-process.ts';

export interface PlanOptions {
  workers: number;
  modelSlots?: number | undefined;
  signal: AbortSignal;
  onProgress(progress: StageProgress): void;
}

export type Plan = Awaited<ReturnType<typeof makePlan>>;

/** Rate at which weights go through reading, checking and writing, all in all. */
const FILE_BYTES_PER_SECOND = 200e6;
/** From here on a person wants to know what makes a run shorter. */
const LONG_SECONDS = 24 * 3600;
const MOST_TEXTS = 400;

/**
 * Surveys the source, looks into the store and measures this machine: seconds for a small source and model, about a
 * minute for t5-base.
 * @throws {InvalidInput} as the run would, {EngineUnavailable}
 */
export async function makePlan(input: RunInput, store: ArtifactStore, options: PlanOptions) {
  const settings = parseSettings(input);
  const { signal } = options;
  const { files: opened, passedOver } = await openSources(
    settings.source,
    settings.sourceSelection,
    AllowList.everything(),
    { signal },
  );
  const files = opened.map(({ path }) => path);
  const shape = await modelShape(settings.model);
  const sources = await Promise.all(
    opened.map(({ path, reference }) => reference ?? referToFile(path, { signal })),
  );
  const cached = await findCachedWork(store, sources, settings);
  const total = sumBy(sources, ({ bytes }) => bytes);
  const onProgress = (done: number) =>
    options.onProgress({ phase: 'read the source', done, total, unit: 'bytes' });
  const survey = cached.prepared
    ? await surveyPrepared(store, cached.prepared)
    : await surveyCorpus({ files, settings, signal, onProgress });
  const machines = machinesFor(options, survey);
  const speeds = await measureSpeeds(survey, settings, shape, machines, options);
  const examples = examplesPerText(speeds.model);
  const work = plannedWork(survey, settings, examples);
  const left = withoutCached(work, cached);
  const now = estimate(left, speeds, machines);
  const planned: Planned = { corpus: survey, settings, examples, speeds, machines, shape };
  const { rows, bytes, isSample, classes, wordsPerText } = survey;
  return {
    files,
    /** Files of folders and patterns that are empty or, by their names, no datasets. */
    passedOver,
    survey: { rows, bytes, isSample, classes, wordsPerText },
    model: { weights: shape.weights, ...(shape.assumed && { assumed: shape.assumed }) },
    work,
    /** What of the work is not cached, of which `estimate` is the time. */
    left,
    cached: { ...cached, prepared: cached.prepared !== undefined },
    speeds,
    machines,
    estimate: now,
    advice:
      now.total > LONG_SECONDS
        ? planAdvice(planned, now, { id: 'google-t5/t5-small', shape: publishedShape('t5-small') })
        : [],
  };
}

function machinesFor({ workers, modelSlots }: PlanOptions, { classes }: Survey): Machines {
  const cores = availableParallelism();
  const slots = modelSlots ?? defaultModelSlots();
  const rare = classes.filter(({ kind }) => kind === 'rare').length;
  return { workers, cores, modelSlots: Math.max(1, Math.min(slots, Math.max(1, rare))) };
}

async function measureSpeeds(
  survey: Survey,
  settings: RunSettings,
  shape: T5Shape,
  { modelSlots, cores }: Machines,
  { signal, onProgress }: PlanOptions,
): Promise<Speeds> {
  const tell = (done: number) => onProgress({ phase: 'measure this machine', done, total: 3, unit: 'parts' });
  tell(0);
  const classifierWordsPerSecond = await calibrateClassifier(survey.pages, settings.classifier);
  tell(1);
  const { model, adapt, fineTune, generate } = settings;
  const request = {
    shape,
    settings: { model, adapt, fineTune, generate },
    texts: survey.rareTexts.slice(0, MOST_TEXTS),
    corpus: survey.pages.map(({ text }) => text),
  };
  const options = { threads: Math.max(1, Math.floor(cores / modelSlots)), signal };
  // The first process finds its files on disk, all later ones in memory: only the later ones are like a run's.
  await calibrateInProcess(options);
  tell(2);
  // As many at once as the run would have, because they take memory bandwidth from each other.
  const all = Array.from({ length: modelSlots }, () => calibrateInProcess(options, request));
  const { speed, ...starts } = combine(await Promise.all(all), mean);
  tell(3);
  return {
    ...starts,
    prepareSeconds: survey.prepareSeconds,
    classifierWordsPerSecond,
    model: speed,
    modelFileSeconds: (4 * shape.weights) / FILE_BYTES_PER_SECOND,
  };
}

function withoutCached(work: Work, { sameRun, base, branches }: CachedWork): Work {
  const trained = { ...work, pretrainSteps: 0, adaptSteps: 0 };
  if (sameRun !== undefined)
    return { ...trained, branches: [], classifierWords: { baselines: [], generated: [] } };
  return {
    ...(base ? trained : work),
    branches: work.branches.map((branch) => {
      const { trained: isTrained = false, shards = 0 } = branches[branch.class] ?? {};
      return { ...branch, steps: isTrained ? 0 : branch.steps, shards: branch.shards.slice(shards) };
    }),
  };
}
