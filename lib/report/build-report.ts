/** The data of the report from what the stages of a run left. */
import { mean, sumBy } from '../arithmetic/sums.ts';
import { mergeTimings, type Timing } from '../artifacts/timing.ts';
import type { PreparationDetails } from '../corpus/preparation.ts';
import type { SplitClass } from '../corpus/split.ts';
import type { ClassAudit } from '../evaluation/audit.ts';
import type { Comparison } from '../evaluation/comparison.ts';
import { type EvaluationResult, figuresOf } from '../evaluation/methods.ts';
import type { RejectionReason } from '../filtering/generation-filter.ts';
import type { RunComparison } from '../runs/run-comparison-schema.ts';
import type { RunSettings } from '../settings/settings.ts';
import { cautionsOfRun } from './cautions.ts';
import { describeComparison, describeProtocols, type Kinds } from './evaluation-findings.ts';
import type { Cleaning, Provenance, Report, ReportedBranch, ReportedClass } from './schema.ts';
import { decideVerdict } from './verdict.ts';

export interface BranchFindings {
  class: string;
  state: 'balanced' | 'skipped';
  reason?: string | undefined;
  wanted: number;
  filter?:
    | {
        kept: number;
        dropped: Partial<Record<RejectionReason, number>>;
        strategies?: ReportedBranch['strategies'] | undefined;
      }
    | undefined;
  used?: number | undefined;
  learnt?: ReportedBranch['learnt'];
  losses: readonly StepLoss[];
  samples: ReportedBranch['samples'];
}

export type StepLoss = ReportedBranch['losses'][number];

export interface RunFindings {
  dataset: string;
  settings: RunSettings;
  preparation: Preparation;
  /** Files that were found beside the sources. */
  passedOver: readonly string[];
  classes: readonly SplitClass[];
  branches: readonly BranchFindings[];
  amount?: Report['amount'] | undefined;
  evaluations: readonly EvaluationResult[];
  comparison: Comparison;
  audit: readonly ClassAudit[];
  previousRun?: RunComparison | undefined;
  provenance: Pick<Provenance, 'sources' | 'inputs' | 'versions'> & { timings: readonly StepTiming[] };
}

export interface StepTiming extends Timing {
  step: string;
  class?: string;
}

export type Preparation = Omit<PreparationDetails, 'sources' | 'classes'>;

/** Puts the report together. The same findings give the same report. */
export function buildReport(findings: RunFindings): Report {
  const { dataset, settings, preparation, branches, amount, evaluations } = findings;
  const { sources, inputs, versions, timings } = findings.provenance;
  const branchOf = new Map(branches.map((branch) => [branch.class, branch]));
  const classes = Object.fromEntries(
    findings.classes.map(({ name, kind, train, test }): [string, ReportedClass] => [
      name,
      { kind, train, test, ...describeBranch(branchOf.get(name)) },
    ]),
  );
  const kinds: Kinds = { rare: [], frequent: [] };
  for (const { name, kind } of findings.classes) kinds[kind].push(name);
  const protocols = describeProtocols(evaluations, kinds);
  const comparison = describeComparison(evaluations, findings.comparison);
  const { tuning } = findings.comparison;
  const audit = Object.fromEntries(
    findings.audit.map(({ class: name, generated: _generated, real: _real, ...audit }) => [name, audit]),
  );
  const generated = sumBy(Object.values(classes), (each) => each.generated);
  const verdict = decideVerdict({ protocols, comparison, ...(tuning && { tuning }), generated });
  return {
    reportVersion: 2,
    dataset,
    verdict: { ...verdict, cautions: [...cautionsOfRun({ classes, audit }), ...verdict.cautions] },
    methods: Object.fromEntries(evaluations.map((result) => [result.method, figuresOf(result)])),
    protocols,
    comparison,
    ...(tuning && { tuning }),
    classes,
    ...(amount && { amount: { times: amount.times, validation: amount.validation, tried: amount.tried } }),
    audit,
    ...(findings.previousRun && { previousRun: findings.previousRun }),
    cleaning: { passedOver: [...findings.passedOver], ...describeCleaning(preparation) },
    provenance: {
      ...describeRun(settings, evaluations),
      sources,
      inputs,
      versions,
      ...describeWork(timings),
    },
  };
}

function describeBranch(
  branch: BranchFindings | undefined,
): Pick<ReportedClass, 'generated' | 'state' | 'branch'> {
  if (!branch) return { generated: 0, state: 'kept' };
  const { reason, wanted, filter, used, learnt, losses, samples } = branch;
  const kept = filter?.kept ?? 0;
  const balanced = filter && kept < wanted ? 'partly balanced' : 'balanced';
  return {
    generated: used ?? kept,
    state: branch.state === 'skipped' ? 'skipped' : balanced,
    branch: {
      wanted,
      ...(reason !== undefined && { reason }),
      ...(used !== undefined && { kept }),
      dropped: filter?.dropped ?? {},
      ...(filter?.strategies && { strategies: filter.strategies }),
      ...(learnt && { learnt }),
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

function describeCleaning(preparation: Preparation): Omit<Cleaning, 'passedOver'> {
  const { read, rejected, repaired, unknownLanguage, mergedLabels, conflicts, moved } = preparation;
  const { dropped, samples, train, test } = preparation;
  return {
    ...{ read, rejected, repaired, unknownLanguage, mergedLabels, conflicts, moved: moved.length },
    ...{ dropped, samples, train, test },
  };
}

function describeWork(timings: readonly StepTiming[]): Pick<Provenance, 'run' | 'steps' | 'machines'> {
  const run = mergeTimings(timings);
  const machines = run?.machines ?? [];
  const keys = machines.map((machine) => JSON.stringify(machine));
  return {
    ...(run && { run: { startedAt: run.startedAt, seconds: run.seconds } }),
    steps: timings
      .map((timing) => ({
        ...timing,
        machines: timing.machines.map((machine) => keys.indexOf(JSON.stringify(machine))),
      }))
      .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
    machines,
  };
}

function describeRun(
  settings: RunSettings,
  evaluations: readonly EvaluationResult[],
): Pick<Provenance, 'model' | 'settings' | 'seeds'> {
  const { split, fineTune, generate } = settings;
  const source =
    typeof settings.source === 'string'
      ? withoutFolders(settings.source)
      : settings.source.map(withoutFolders);
  const model = typeof settings.model === 'string' ? withoutFolders(settings.model) : settings.model;
  return {
    model: typeof model === 'string' ? model : `a ${model.scratch} T5 trained on this corpus`,
    settings: { ...settings, source, model },
    seeds: {
      split: split.seed,
      fineTune: fineTune.seed,
      generate: generate.seed,
      evaluation: evaluations[0]?.perSeed.map(({ seed }) => seed) ?? [],
    },
  };
}

/** A local path by its last part: a report is shared, and folders of the machine are private. */
function withoutFolders(address: string): string {
  const isRemote = /^[a-z][a-z0-9+.-]+:\/\//i.test(address) && !address.startsWith('file:');
  const isHubId = /^[\w-][\w.-]*\/[\w.-]+$/.test(address);
  if (isRemote || isHubId) return address;
  return address.split(/[\\/]/).findLast((part) => part !== '') ?? address;
}
