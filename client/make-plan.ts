/** Dry run: what a run would do and how long it would take on this machine. Only the stage `prepare` runs. */
import { availableParallelism } from 'node:os';
import { mean, sumBy } from '../lib/arithmetic/sums.ts';
import { AllowList } from '../lib/artifacts/allow-list.ts';
import { readJson } from '../lib/artifacts/files.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { readAllPages } from '../lib/corpus/formats.ts';
import { importSources } from '../lib/corpus/import-sources.ts';
import type { Page } from '../lib/corpus/page.ts';
import type { PreparationDetails } from '../lib/corpus/preparation.ts';
import { type MeasuredRun, planAdvice } from '../lib/planning/advice.ts';
import { calibrateClassifier } from '../lib/planning/calibrate-classifier.ts';
import { combine, estimate, type Machines, type Speeds } from '../lib/planning/estimate.ts';
import { modelShape, publishedShape, type T5Shape } from '../lib/planning/model-shape.ts';
import {
  type BranchWork,
  type Find,
  findNothing,
  NOTHING,
  planWork,
  type Work,
} from '../lib/planning/work.ts';
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

/** Overall rate of reading, verifying and writing weights. */
const FILE_BYTES_PER_SECOND = 200e6;
/** From this duration on, the plan suggests how to shorten the run. */
const LONG_SECONDS = 24 * 3600;
/** Number of texts for measuring speeds: of rare classes, and of all. */
const MOST_RARE = 400;
const MOST_TEXTS = 2000;

/**
 * Prepares the corpus in the store for the run, checks what else is cached, and benchmarks this machine.
 * Apart from preparing, it takes seconds for a small model, about a minute for t5-base.
 * @throws {InvalidInput} like the run, {EngineUnavailable}
 */
export async function makePlan(input: RunInput, store: ArtifactStore, options: PlanOptions) {
  const settings = parseSettings(input);
  const allowList = AllowList.everything();
  const { paths, sources, passedOver } = await importSources(settings, store, allowList, options);
  const shape = await modelShape(settings.model);
  const prepared = await runStage(store, prepare, prepareParameters(sources, settings), options);
  const texts = await readTexts(store, prepared);
  const details = await store.open(prepared.files['preparation.json']!);
  const { read: rows } = await readJson<PreparationDetails>(details);
  const words = sumBy(texts.all, ({ text }) => text.split(/\s+/).length);
  const corpus = { ...prepared, rows, wordsPerText: words / texts.all.length };
  const machines = machinesFor(options, corpus);
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
    files: paths,
    /** Skipped files of folders and patterns: empty, or not datasets by name. */
    passedOver,
    survey: {
      rows,
      bytes: sumBy(sources, ({ bytes }) => bytes),
      /** Earlier versions sampled large corpora. */
      isSample: false,
      classes: corpus.summary.classes.map(({ name, kind, train, test }) => ({ name, kind, train, test })),
      wordsPerText: corpus.wordsPerText,
    },
    model: { weights: shape.weights, ...(shape.assumed && { assumed: shape.assumed }) },
    work,
    /** The uncached work, whose time is `estimate`. */
    left,
    cached: {
      /** A finished run with the same content and settings, fully cached; or one to reuse work from. */
      sameRun: isSame ? latest?.runId : undefined,
      previous: isSame ? undefined : latest?.runId,
      /** Whether it was cached before this plan. */
      prepared: prepared.cached,
      base: lacking.hasBase,
      /** For each rare class, whether its model is cached, and how many of its shards. */
      branches: Object.fromEntries(work.branches.map((all, at) => foundOf(all, lacking.work.branches[at]!))),
    },
    speeds: { ...speeds, prepareSeconds: prepared.made?.seconds ?? 0 },
    machines,
    estimate: now,
    advice:
      now.total > LONG_SECONDS
        ? await planAdvice(run, now, { id: 'google-t5/t5-small', shape: publishedShape('t5-small') })
        : [],
  };
}

const foundOf = (all: BranchWork, left: BranchWork) =>
  [all.class, { trained: left.steps < all.steps, shards: all.shards.length - left.shards.length }] as const;

/** Texts to measure with: of all classes, and of the rare ones if there are any. */
async function readTexts(store: ArtifactStore, corpus: Corpus): Promise<{ all: Page[]; rare: Page[] }> {
  const read = async (file: ArtifactReference, most: number) => readAllPages(await store.open(file), most);
  const all = await read(corpus.files['train.jsonl']!, MOST_TEXTS);
  const classes = corpus.summary.classes.filter(({ kind }) => kind === 'rare');
  const rare: Page[] = [];
  for (const each of classes)
    rare.push(...(await read(rareClass(corpus, each).texts, Math.ceil(MOST_RARE / classes.length))));
  return { all, rare: rare.length > 0 ? rare : all };
}

function machinesFor({ workers, modelSlots }: PlanOptions, { summary }: Corpus): Machines {
  const cores = availableParallelism();
  const slots = modelSlots ?? defaultModelSlots();
  const rare = summary.classes.filter(({ kind }) => kind === 'rare').length;
  return { workers, cores, modelSlots: Math.max(1, Math.min(slots, Math.max(1, rare))) };
}

async function measureSpeeds(
  texts: Awaited<ReturnType<typeof readTexts>>,
  settings: RunSettings,
  shape: T5Shape,
  { modelSlots, cores }: Machines,
  { signal, onProgress }: PlanOptions,
): Promise<Speeds> {
  const tell = (done: number) => onProgress({ phase: 'measure this machine', done, total: 3, unit: 'parts' });
  tell(0);
  const classifierWordsPerSecond = await calibrateClassifier(texts.all, settings.classifier);
  tell(1);
  const { model, adapt, fineTune, generate } = settings;
  const request = {
    shape,
    settings: { model, adapt, fineTune, generate },
    texts: texts.rare.map(({ text }) => text),
    corpus: texts.all.map(({ text }) => text),
  };
  const options = { threads: Math.max(1, Math.floor(cores / modelSlots)), signal };
  // The first process reads its files from disk, later ones from the page cache, like those of a run.
  await calibrateInProcess(options);
  tell(2);
  // As many at once as in the run, because they compete for memory bandwidth.
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
