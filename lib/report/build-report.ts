/** The data of the report from what the stages of a run left. */
import type { DropReason } from '../balancing/filters.ts';
import type { PrepareSummary } from '../corpus/prepare.ts';
import type { MethodResult, SeedResult } from '../evaluation/methods.ts';
import type { RunSettings } from '../settings/settings.ts';
import type {
  Cleaning,
  Provenance,
  Report,
  ReportedBranch,
  ReportedClass,
  ReportedMethod,
} from './schema.ts';
import { margin95, mean } from './seed-margin.ts';
import { judge } from './verdict.ts';

/** What one branch left. */
export interface BranchFindings {
  class: string;
  state: 'balanced' | 'skipped';
  reason?: string | undefined;
  wanted: number;
  filter?: { kept: number; dropped: Partial<Record<DropReason, number>> } | undefined;
  losses: readonly StepLoss[];
  samples: ReportedBranch['samples'];
}

export interface StepLoss {
  step: number;
  loss: number;
}

export interface RunFindings {
  dataset: string;
  settings: RunSettings;
  preparation: PrepareSummary;
  classes: readonly { name: string; kind: 'frequent' | 'rare'; train: number; test: number }[];
  branches: readonly BranchFindings[];
  evaluations: readonly MethodResult[];
  provenance: Pick<Provenance, 'sources' | 'inputs' | 'versions'>;
}

/** Puts the report together. The same findings give the same report. */
export function buildReport(findings: RunFindings): Report {
  const { dataset, settings, preparation, branches, evaluations } = findings;
  const branchOf = new Map(branches.map((branch) => [branch.class, branch]));
  const classes = Object.fromEntries(
    findings.classes.map(({ name, kind, train, test }): [string, ReportedClass] => [
      name,
      { kind, train, test, ...describeBranch(branchOf.get(name)) },
    ]),
  );
  const namesOf = (kind: 'frequent' | 'rare') =>
    findings.classes.filter((each) => each.kind === kind).map(({ name }) => name);
  const methods = Object.fromEntries(
    evaluations.map((result) => [
      result.method,
      describeMethod(result, namesOf('rare'), namesOf('frequent')),
    ]),
  );
  return {
    reportVersion: 1,
    dataset,
    verdict: judge({ methods, classes, epochs: settings.classifier.epoch }),
    methods,
    classes,
    cleaning: describeCleaning(preparation),
    provenance: { ...describeRun(settings, evaluations), ...findings.provenance },
  };
}

function describeBranch(
  branch: BranchFindings | undefined,
): Pick<ReportedClass, 'generated' | 'state' | 'branch'> {
  if (!branch) return { generated: 0, state: 'kept' };
  const { reason, wanted, filter, losses, samples } = branch;
  const generated = filter?.kept ?? 0;
  const balanced = filter && generated < wanted ? 'partly balanced' : 'balanced';
  return {
    generated,
    state: branch.state === 'skipped' ? 'skipped' : balanced,
    branch: {
      wanted,
      ...(reason === undefined ? {} : { reason }),
      dropped: filter?.dropped ?? {},
      losses: averageOver(losses, MOST_LOSSES),
      samples,
    },
  };
}

const MOST_LOSSES = 100;

/** The losses as at most `most` points, each the mean of a stretch of steps and at its last step. */
function averageOver(losses: readonly StepLoss[], most: number): StepLoss[] {
  const length = Math.max(1, Math.ceil(losses.length / most));
  return Array.from({ length: Math.ceil(losses.length / length) }, (_, at) => {
    const stretch = losses.slice(at * length, (at + 1) * length);
    return { step: stretch.at(-1)!.step, loss: mean(stretch.map(({ loss }) => loss)) };
  });
}

function describeMethod(
  result: MethodResult,
  rare: readonly string[],
  frequent: readonly string[],
): ReportedMethod {
  const { records, microF1, macroF1, weightedF1, recall, precision, f1, confusion, perSeed } = result;
  return {
    records,
    microF1,
    macroF1,
    weightedF1,
    ...meanRecalls(recall, rare, frequent),
    recall,
    precision,
    f1,
    ...(perSeed.length > 1 ? { margins: marginsOf(perSeed, rare, frequent) } : {}),
    confusion,
    perSeed: perSeed.map(({ seed, microF1, macroF1, weightedF1 }) => ({
      seed,
      microF1,
      macroF1,
      weightedF1,
    })),
  };
}

function marginsOf(
  perSeed: readonly SeedResult[],
  rare: readonly string[],
  frequent: readonly string[],
): NonNullable<ReportedMethod['margins']> {
  const margin = (of: (seed: SeedResult) => number) => margin95(perSeed.map(of))!;
  const recalls = perSeed.map(({ recall }) => meanRecalls(recall, rare, frequent));
  const ofRecalls = (kind: 'rareRecall' | 'frequentRecall') => {
    const known = recalls.flatMap(({ [kind]: value }) => (value === undefined ? [] : [value]));
    return known.length > 1 ? { [kind]: margin95(known)! } : {};
  };
  return {
    microF1: margin(({ microF1 }) => microF1),
    macroF1: margin(({ macroF1 }) => macroF1),
    weightedF1: margin(({ weightedF1 }) => weightedF1),
    ...ofRecalls('rareRecall'),
    ...ofRecalls('frequentRecall'),
    recall: Object.fromEntries(
      Object.keys(perSeed[0]!.recall).map((name) => [name, margin(({ recall }) => recall[name]!)]),
    ),
  };
}

function meanRecalls(
  recall: Readonly<Record<string, number>>,
  rare: readonly string[],
  frequent: readonly string[],
): Pick<ReportedMethod, 'rareRecall' | 'frequentRecall'> {
  const meanOf = (names: readonly string[]) =>
    mean(names.filter((name) => Object.hasOwn(recall, name)).map((name) => recall[name]!));
  return {
    ...(rare.length > 0 ? { rareRecall: meanOf(rare) } : {}),
    ...(frequent.length > 0 ? { frequentRecall: meanOf(frequent) } : {}),
  };
}

function describeCleaning(preparation: PrepareSummary): Cleaning {
  const { read, rejected, mended, unknownLanguage, mergedLabels, conflicts, dropped, samples, train, test } =
    preparation;
  return {
    read,
    rejected: present(rejected),
    mended: present(mended),
    unknownLanguage,
    mergedLabels,
    conflicts,
    dropped: present(dropped),
    samples: present(samples),
    train,
    test,
  };
}

/** The same without the fields that are absent. */
const present = <T>(record: Partial<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined));

function describeRun(
  settings: RunSettings,
  evaluations: readonly MethodResult[],
): Pick<Provenance, 'model' | 'settings' | 'seeds'> {
  const { source, model, split, fineTune, generate } = settings;
  return {
    model: typeof model === 'string' ? withoutFolders(model) : `a ${model.scratch} T5 trained on this corpus`,
    settings: {
      ...settings,
      source: typeof source === 'string' ? withoutFolders(source) : source.map(withoutFolders),
      model: typeof model === 'string' ? withoutFolders(model) : model,
    },
    seeds: {
      split: split.seed,
      fineTune: fineTune.seed,
      generate: generate.seed,
      evaluation: evaluations[0]?.perSeed.map(({ seed }) => seed) ?? [],
    },
  };
}

/** A local path by its last part: a report is passed on, and where things lie on one's disk is nobody's business. */
function withoutFolders(address: string): string {
  const isRemote = /^[a-z][a-z0-9+.-]+:\/\//i.test(address) && !address.startsWith('file:');
  const isHubId = /^[\w-][\w.-]*\/[\w.-]+$/.test(address);
  if (isRemote || isHubId) return address;
  return address.split(/[\\/]/).findLast((part) => part !== '') ?? address;
}
