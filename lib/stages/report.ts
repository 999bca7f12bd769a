import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { Timing } from '../artifacts/timing.ts';
import { readJsonLines } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { shorten } from '../corpus/shorten.ts';
import type { Comparison } from '../evaluation/comparison.ts';
import type { EvaluationResult } from '../evaluation/methods.ts';
import { createRandom, type Random } from '../random/random.ts';
import {
  type BranchFindings,
  buildReport,
  type Preparation,
  type RunFindings,
  type StepLoss,
  type StepTiming,
} from '../report/build-report.ts';
import type { Verdict } from '../report/schema.ts';
import { writeReport } from '../report/write-report.ts';
import type { RunComparison } from '../runs/run-comparison-schema.ts';
import { productVersion } from '../settings/product-version.ts';
import type { RunSettings } from '../settings/settings.ts';
import type { Audit } from './audit.ts';
import type { ChosenAmount } from './choose-amount.ts';
import type { FilterSummary } from './filter.ts';
import type { PreparedClass } from './prepare.ts';
import type { Stage, StageContext } from './stage.ts';

export interface ReportParameters {
  /** Name of the dataset. */
  dataset: string;
  sources: ArtifactReference[];
  /** Files that were found beside these and are empty or, by their names, no datasets; the first of many. */
  passedOver?: string[] | undefined;
  settings: RunSettings;
  preparation: ArtifactReference;
  classes: (Omit<PreparedClass, 'texts'> & {
    /** Training pages of a rare class. */
    texts?: ArtifactReference | undefined;
  })[];
  branches: BranchOutcome[];
  /** How many generated records are used, where that was chosen. */
  amount?: ChosenAmount;
  /** `evaluation.json` of each method. */
  evaluations: ArtifactReference[];
  /** `comparison.json`: the methods under every protocol, with intervals and paired tests. */
  comparison: ArtifactReference;
  /** `audit.json`: leakage, copies and diversity of the generated records. */
  audit: ArtifactReference;
  /** `run-comparison.json`; absent for the first run of a dataset. */
  previousRun?: ArtifactReference | undefined;
  /** What the steps outside the branches took, by their names and in their order. */
  made?: Record<string, Timing | undefined>;
}

/** The result of a branch of the DAG. */
export interface BranchOutcome extends Omit<BranchFindings, 'losses' | 'samples'> {
  /** Generated records that passed the filter, or those of them that are used; and those that did not. */
  kept?: ArtifactReference;
  dropped?: ArtifactReference;
  losses?: ArtifactReference;
  /** All pages that its model has learnt from; results of 0.1 do not say. */
  learntFrom?: ArtifactReference[];
  filter?: FilterSummary;
  /** What its steps took, those that an earlier run had made among them. */
  made?: Partial<Record<BranchStep, Timing | undefined>>;
}

export type BranchStep = 'fineTune' | 'generate' | 'filter';

/**
 * What balancing did, for people and for programs. Files: `report.html`, `report.json`, the dataset card `README.md`,
 * and every chart as `charts/<name>.svg` and `.png`.
 */
export const report: Stage<ReportParameters, { verdict: Verdict }> = {
  name: 'report',
  version: 4,
  async run(parameters, context) {
    const findings = await collect(parameters, context);
    const built = buildReport(findings);
    await writeReport(built, context.out, {
      signal: context.signal,
      onProgress: (done, total) => context.progress({ phase: 'report', done, total, unit: 'files' }),
    });
    return { summary: { verdict: built.verdict } };
  },
};

async function collect(parameters: ReportParameters, context: StageContext): Promise<RunFindings> {
  const { dataset, sources, settings, preparation, classes, branches, evaluations, comparison, audit } =
    parameters;
  const read = async <T>(reference: ArtifactReference) => readJson<T>(await context.open(reference));
  const results: EvaluationResult[] = [];
  for (const reference of evaluations) results.push(await read<EvaluationResult>(reference));
  const findings: BranchFindings[] = [];
  for (const branch of branches) {
    const texts = classes.find(({ name }) => name === branch.class)?.texts;
    const handful = findings.length < MOST_CLASSES_WITH_SAMPLES ? SAMPLES : NO_SAMPLES;
    findings.push({
      ...branch,
      losses: branch.losses ? await read<StepLoss[]>(branch.losses) : [],
      samples: await samplesOf(branch, texts, handful, settings.split.seed, context),
    });
  }
  return {
    dataset,
    settings,
    preparation: await read<Preparation>(preparation),
    passedOver: parameters.passedOver ?? [],
    classes,
    branches: findings,
    amount: parameters.amount,
    evaluations: results,
    comparison: await read<Comparison>(comparison),
    audit: (await read<Audit>(audit)).classes,
    previousRun: parameters.previousRun && (await read<RunComparison>(parameters.previousRun)),
    provenance: {
      sources: sources.map(({ digest, bytes }) => ({ digest, bytes })),
      inputs: Object.fromEntries([
        ['preparation', preparation.digest],
        ...results.map(({ method }, at) => [`evaluation ${method}`, evaluations[at]!.digest]),
        ['comparison', comparison.digest],
        ['audit', audit.digest],
        ...(parameters.previousRun ? [['previous run', parameters.previousRun.digest] as const] : []),
      ]),
      timings: timingsOf(parameters),
      versions: { counterpoise: productVersion() },
    },
  };
}

/** What every step took: those of the corpus and the base model, the branches', then the evaluation. */
function timingsOf({ made = {}, branches }: ReportParameters): StepTiming[] {
  const steps = (of: Partial<Record<string, Timing>>, name?: string): StepTiming[] =>
    Object.entries(of).flatMap(([step, timing]) =>
      timing ? [{ step, ...(name !== undefined && { class: name }), ...timing }] : [],
    );
  return [...steps(made), ...branches.flatMap((branch) => steps(branch.made ?? {}, branch.class))];
}

/** Keeps the page below 2 MB, whatever the number of classes. */
const MOST_CLASSES_WITH_SAMPLES = 20;
const SAMPLES = { real: 3, generated: 3, dropped: 4 };
const NO_SAMPLES = { real: 0, generated: 0, dropped: 0 };
const SAMPLE_LENGTH = 360;
const PROMPT_LENGTH = 160;

async function samplesOf(
  branch: BranchOutcome,
  texts: ArtifactReference | undefined,
  sizes: typeof SAMPLES,
  seed: number,
  { open, signal }: StageContext,
): Promise<BranchFindings['samples']> {
  const pick = async <T extends { text: string }>(
    kind: keyof typeof SAMPLES,
    from: ArtifactReference | undefined,
  ): Promise<T[]> => {
    signal.throwIfAborted();
    if (!from || sizes[kind] === 0) return [];
    const random = createRandom(seed, 'report samples', branch.class, kind);
    const lines = await sampleJsonLines<T>(await open(from), sizes[kind], random);
    return lines.map((line) => ({ ...line, text: shorten(line.text, SAMPLE_LENGTH) }));
  };
  const real = await pick<Page>('real', texts);
  const generated = await pick<Page & { prompt: string }>('generated', branch.kept);
  const dropped = await pick<{ reason: string; prompt: string; text: string }>('dropped', branch.dropped);
  const answer = (sample: { prompt: string; text: string }) => ({
    prompt: shorten(sample.prompt, PROMPT_LENGTH),
    text: sample.text,
  });
  return {
    real: real.map(({ text }) => text),
    generated: generated.map(answer),
    dropped: dropped.map((sample) => ({ ...answer(sample), reason: sample.reason })),
  };
}

/**
 * A random handful of the lines of a JSONL file, in the order of the file: reservoir sampling (Vitter's algorithm R),
 * so that the file is read once and never held.
 */
async function sampleJsonLines<T>(path: string, most: number, random: Random): Promise<T[]> {
  const sample: { value: T; number: number }[] = [];
  let number = 0;
  for await (const value of readJsonLines<T>(path)) {
    const place = number < most ? number : random.int(number + 1);
    if (place < most) sample[place] = { value, number };
    number++;
  }
  return sample.sort((a, b) => a.number - b.number).map(({ value }) => value);
}
