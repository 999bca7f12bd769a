/** A dry run: what a run would do and how long that takes here. Of its stages only `prepare` is run. */
import { availableParallelism } from 'node:os';
import { mean, sumBy } from '../lib/arithmetic/sums.ts';
import { AllowList } from '../lib/artifacts/allow-list.ts';
import { readJson } from '../lib/artifacts/files.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { readAllPages } from '../lib/corpus/formats.ts';
import type { Page } from '../lib/corpus/page.ts';
import type { PreparationDetails } from '../lib/corpus/preparation.ts';
import { openSources } from '../lib/corpus/sources.ts';
import { type MeasuredRun, planAdvice } from '../lib/planning/advice.ts';
import { calibrateClassifier } from '../lib/planning/calibrate-classifier.ts';
import { combine, estimate, type Machines, type Speeds } from '../lib/planning/estimate.ts';
import { modelShape, publishedShape, type T5Shape } from '../lib/planning/model-shape.ts';
import { type Find, findNothing, NOTHING, planWork, type Work } from '../lib/planning/work.ts';
import { datasetKey, findLatest, fingerprintOf } from '../lib/runs/run-record.ts';
import { parseSettings } from '../lib/settings/parse.ts';
import type { RunInput, RunSettings } from '../lib/settings/settings.ts';
import { type Corpus, prepareParameters, rareClass } from '../lib/stages/parameters.ts';
import { prepare } from '../lib/stages/prepare.ts';
import { findStage, runStage } from '../lib/stages/run-stage.ts';
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
/** Texts that speeds are measured with: of rare classes, and of all. */
const MOST_RARE = 400;
const MOST_TEXTS = 2000;

/**
 * Prepares the corpus in the store, where the run finds it, looks what else the store has, and measures this machine.
 * Besides the preparing that takes seconds for a small model, about a minute for t5-base.
 * @throws {InvalidInput} as the run would, {EngineUnavailable}
 */
export async function makePlan(input: RunInput, store: ArtifactStore, options: PlanOptions) {
  const settings = parseSettings(input);
  const { files, passedOver, sources } = await takeSources(settings, store, options);
  const shape = await modelShape(settings.model);
  const prepared = await runStage(store, prepare, prepareParameters(sources, settings), options);
  const { summary, made, cached: wasPrepared } = prepared;
  const pages = await readAllPages(await store.open(prepared.files['train.jsonl']!), MOST_TEXTS);
  const { read: rows }: PreparationDetails = await readJson(
    await store.open(prepared.files['preparation.json']!),
  );
  const words = sumBy(pages, ({ text }) => text.split(/\s+/).length);
  const corpus = { ...prepared, rows, wordsPerText: words / Math.max(1, pages.length) };
  const machines = machinesFor(options, corpus);
  const rareTexts = await readRareTexts(store, corpus);
  const texts = { pages, rareTexts: rareTexts.length > 0 ? rareTexts : pages.map(({ text }) => text) };
  const speeds = await measureSpeeds(texts, settings, shape, machines, options);
  const find: Find = (stage, parameters) => findStage(store, stage, parameters);
  const run: MeasuredRun = { corpus, settings, examples: speeds.model, find, speeds, machines, shape };
  const { work } = await planWork({ ...run, find: findNothing });
  const lacking = await planWork(run);
  const latest = await findLatest(store, datasetKey(settings));
  const isSame = latest?.fingerprint === fingerprintOf(sources, settings);
  const left: Work = isSame ? { ...work, ...NOTHING } : lacking.work;
  const now = estimate(left, speeds, machines);
  return {
    files,
    /** Files of folders and patterns that are empty or, by their names, no datasets. */
    passedOver,
    survey: {
      rows,
      bytes: sumBy(sources, ({ bytes }) => bytes),
      /** Earlier versions took large corpora by a sample. */
      isSample: false,
      classes: summary.classes.map(({ name, kind, train, test }) => ({ name, kind, train, test })),
      wordsPerText: corpus.wordsPerText,
    },
    model: { weights: shape.weights, ...(shape.assumed && { assumed: shape.assumed }) },
    work,
    /** What of the work is not cached, of which `estimate` is the time. */
    left,
    cached: {
      /** A finished run of the same content and settings, all of whose work is there; or one to reuse work of. */
      sameRun: isSame ? latest?.runId : undefined,
      previous: isSame ? undefined : latest?.runId,
      /** Whether it was there before this plan. */
      prepared: wasPrepared,
      base: lacking.hasBase,
      /** By rare class whether its model is there, and how many of its shards. */
      branches: Object.fromEntries(
        lacking.work.branches.map(({ steps, shards }, at) => {
          const whole = work.branches[at]!;
          const trained = steps < whole.steps;
          return [whole.class, { trained, shards: whole.shards.length - shards.length }];
        }),
      ),
    },
    speeds: { ...speeds, prepareSeconds: made?.seconds ?? 0 },
    machines,
    estimate: now,
    advice:
      now.total > LONG_SECONDS
        ? await planAdvice(run, now, { id: 'google-t5/t5-small', shape: publishedShape('t5-small') })
        : [],
  };
}

/** References to the source's files, as the run will have them. */
async function takeSources(
  { source, sourceSelection }: RunSettings,
  store: ArtifactStore,
  { signal, onProgress }: PlanOptions,
) {
  const opened = await openSources(source, sourceSelection, AllowList.everything(), { signal });
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    onProgress({ phase: 'read the source', done, unit: 'bytes' });
  };
  const sources: ArtifactReference[] = [];
  for (const { path, reference } of opened.files)
    sources.push(reference ?? (await store.takeIn(path, { signal, onBytes })));
  return { files: opened.files.map(({ path }) => path), passedOver: opened.passedOver, sources };
}

/** Some texts of every rare class. */
async function readRareTexts(store: ArtifactStore, corpus: Corpus): Promise<string[]> {
  const rare = corpus.summary.classes.filter(({ kind }) => kind === 'rare');
  const most = Math.ceil(MOST_RARE / Math.max(1, rare.length));
  const pages: Page[] = [];
  for (const each of rare)
    pages.push(...(await readAllPages(await store.open(rareClass(corpus, each).texts), most)));
  return pages.map(({ text }) => text);
}

function machinesFor({ workers, modelSlots }: PlanOptions, { summary }: Corpus): Machines {
  const cores = availableParallelism();
  const slots = modelSlots ?? defaultModelSlots();
  const rare = summary.classes.filter(({ kind }) => kind === 'rare').length;
  return { workers, cores, modelSlots: Math.max(1, Math.min(slots, Math.max(1, rare))) };
}

async function measureSpeeds(
  { pages, rareTexts }: { pages: Page[]; rareTexts: string[] },
  settings: RunSettings,
  shape: T5Shape,
  { modelSlots, cores }: Machines,
  { signal, onProgress }: PlanOptions,
): Promise<Speeds> {
  const tell = (done: number) => onProgress({ phase: 'measure this machine', done, total: 3, unit: 'parts' });
  tell(0);
  const classifierWordsPerSecond = await calibrateClassifier(pages, settings.classifier);
  tell(1);
  const { model, adapt, fineTune, generate } = settings;
  const request = {
    shape,
    settings: { model, adapt, fineTune, generate },
    texts: rareTexts,
    corpus: pages.map(({ text }) => text),
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
    classifierWordsPerSecond,
    model: speed,
    modelFileSeconds: (4 * shape.weights) / FILE_BYTES_PER_SECOND,
  };
}
