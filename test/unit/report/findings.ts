import type { Timing } from '../../../lib/artifacts/timing.ts';
import type { ClassAudit } from '../../../lib/evaluation/audit.ts';
import type { Comparison } from '../../../lib/evaluation/comparison.ts';
import type { Difference, PairComparison } from '../../../lib/evaluation/finding-schemas.ts';
import type { EvaluationResult, MethodResult } from '../../../lib/evaluation/methods.ts';
import { estimateOverSplits, intervalOf } from '../../../lib/evaluation/uncertainty.ts';
import type { BranchFindings, RunFindings } from '../../../lib/report/build-report.ts';
import type { Method } from '../../../lib/settings/method-table.ts';
import { type Protocol, settingsSchema } from '../../../lib/settings/settings.ts';

/** A method's result with the same figure everywhere, one for each seed. */
export function resultOf(
  method: Method,
  macroF1: readonly number[],
  classes: readonly string[],
): MethodResult {
  const mean = macroF1.reduce((sum, value) => sum + value, 0) / macroF1.length;
  const interval = macroF1.length > 1 ? intervalOf(estimateOverSplits(macroF1, 0)) : undefined;
  const alike = <T>(value: T) => Object.fromEntries(classes.map((name) => [name, value]));
  return {
    method,
    records: 100,
    microF1: mean,
    macroF1: mean,
    weightedF1: mean,
    recall: alike(mean),
    precision: alike(mean),
    f1: alike(mean),
    support: alike(10),
    confusion: {
      labels: [...classes],
      counts: classes.map((_, t) => classes.map((_, p) => (t === p ? 9 : 1))),
    },
    perSeed: macroF1.map((value, at) => ({
      seed: 42 + at,
      microF1: value,
      macroF1: value,
      weightedF1: value,
      recall: alike(value),
      effort: { epochs: 14, learningRate: 0.05 },
    })),
    ...(interval && {
      intervals: { microF1: interval, macroF1: interval, weightedF1: interval, recall: alike(interval) },
    }),
  };
}

type MacroF1 = Partial<Record<Method, number | readonly number[]>>;

/** Evaluations with these figures of the methods by each protocol, one figure a seed. */
export function evaluationsOf(
  byProtocol: Partial<Record<Protocol, MacroF1>>,
  classes: readonly string[],
): EvaluationResult[] {
  const protocols = Object.entries(byProtocol) as [Protocol, MacroF1][];
  const methods = Object.keys(protocols[0]?.[1] ?? {}) as Method[];
  return methods.map((method) => {
    const results = protocols.map(([protocol, figures]): [Protocol, MethodResult] => [
      protocol,
      resultOf(method, [figures[method]!].flat(), classes),
    ]);
    return { ...results[0]![1], protocol: results[0]![0], protocols: Object.fromEntries(results) };
  });
}

/**
 * The comparison of these evaluations, in which macro F1 is told apart where it differs by 0.01 or more; tuning is told
 * where it changes Regular as much.
 */
export function comparisonOf(evaluations: readonly EvaluationResult[]): Comparison {
  const protocols = Object.keys(evaluations[0]?.protocols ?? {}) as Protocol[];
  const compared = protocols.map((protocol) => {
    const results = evaluations.map((evaluation) => evaluation.protocols[protocol]!);
    const pairs = results.flatMap((first, at) =>
      results.slice(at + 1).map((second) => pairOf(first, second)),
    );
    return [protocol, { pairs }];
  });
  const regular = evaluations.find(({ method }) => method === 'regular')?.protocols;
  const over = protocols.find((protocol) => protocol !== 'tuned');
  const gain = regular?.tuned && over ? gainOf(regular.tuned, regular[over]!) : undefined;
  return {
    protocols: Object.fromEntries(compared),
    ...(gain && { tuning: { over: over!, microF1: gain, macroF1: gain } }),
  };
}

function gainOf(tuned: MethodResult, other: MethodResult): Difference {
  const { correctedP: _, ...gain } = pairOf(tuned, other).macroF1;
  return gain;
}

function pairOf(first: MethodResult, second: MethodResult): PairComparison {
  const difference = first.macroF1 - second.macroF1;
  const p = Math.abs(difference) >= 0.0099 ? 0.0004 : 0.6;
  const measure = { difference, low: difference - 0.005, high: difference + 0.005, p, correctedP: p };
  return { first: first.method, second: second.method, microF1: measure, macroF1: measure };
}

/** An audit that finds twelve records with text of the test, ten of which their model has not read. */
export function auditOf(name: string): ClassAudit {
  const diversity = { distinct1: 0.2, distinct2: 0.4, distinct3: 0.6, selfBleu: 0.3 };
  const vocabulary = { generated: 100, real: 200, unknown: 0.1, covered: 0.5, divergence: 0.25 };
  const words = { mean: 30, p5: 10, median: 25, p95: 60 };
  return {
    class: name,
    generated: 40,
    real: 12,
    repeatsTest: {
      generated: 12,
      beyondTraining: 10,
      real: 1,
      realBeyondOthers: 0,
      examples: [`generated-${name}-7`],
    },
    copies: { generated: 3, whole: 0, passages: 3, examples: [`generated-${name}-9`] },
    likeness: {
      sample: 6,
      diversity: { generated: diversity, real: { ...diversity, selfBleu: 0.1 } },
      novelty: { generated: 0.9, real: 0.8 },
      vocabulary: { generated: vocabulary, real: { ...vocabulary, divergence: 0.125 } },
    },
    length: { generated: words, real: { ...words, median: 80 } },
  };
}

/** A branch that generated 40 of the 50 records that were wanted. */
export function branchOf(name: string, change: Partial<BranchFindings> = {}): BranchFindings {
  return {
    class: name,
    state: 'balanced',
    wanted: 50,
    filter: { kept: 40, dropped: { degenerate: 7, copied: 3 } },
    losses: [4, 3, 2, 1].map((loss, at) => ({ step: at + 1, loss })),
    samples: {
      real: [`real text of ${name}`],
      generated: [{ prompt: `summarize: ${name}. ink paper`, text: `generated text of ${name}` }],
      dropped: [{ prompt: `summarize: ${name}. ink`, text: 'the the the', reason: 'degenerate' }],
    },
    ...change,
  };
}

/** A making that began some seconds after midnight, on a machine made up. */
export function timingOf(start: number, seconds: number): Timing {
  return {
    startedAt: new Date(Date.UTC(2026, 10, 25) + start * 1000).toISOString(),
    seconds,
    machines: [{ cpu: 'AMD <EPYC>', cores: 2, memory: 24 * 2 ** 30, node: '20.20.0', platform: 'linux x64' }],
  };
}

/** A whole run: one frequent class, two rare ones, and the macro F1 of each method at fixed epochs, one figure a seed. */
export function findingsOf(
  macroF1: MacroF1 = {
    regular: 0.5,
    undersample: 0.2,
    oversample: 0.6,
    generated: 0.7,
    generatedOversample: 0.65,
  },
  change: Partial<RunFindings> = {},
): RunFindings {
  const classes = change.classes ?? [
    { name: 'retail', kind: 'frequent', train: 100, test: 20 },
    { name: 'printing', kind: 'rare', train: 12, test: 4 },
    { name: 'dairy', kind: 'rare', train: 10, test: 3 },
  ];
  const names = classes.map(({ name }) => name);
  const evaluations = change.evaluations ?? evaluationsOf({ paper: macroF1 }, names);
  return {
    dataset: 'pages',
    settings: settingsSchema.parse({ source: '/home/somebody/pages.csv' }),
    passedOver: ['/data/notes.md'],
    preparation: {
      read: 200,
      rejected: { 'empty text': 4 },
      repaired: { 'NUL bytes removed': 2 },
      unknownLanguage: { retail: 1 },
      mergedLabels: [{ from: 'Retail', to: 'retail', records: 3 }],
      conflicts: 1,
      moved: [{ id: 'a9', label: 'dairy', side: 'test' }],
      dropped: {
        'other language': { retail: 6, printing: 1 },
        'class not chosen': { mining: 5, '(others)': 9 },
      },
      samples: { 'other language': [{ id: 'a1', label: 'retail', text: 'Willkommen bei uns' }] },
      train: 122,
      test: 27,
    },
    classes,
    branches: classes.filter(({ kind }) => kind === 'rare').map(({ name }) => branchOf(name)),
    evaluations,
    comparison: comparisonOf(evaluations),
    audit: [],
    provenance: {
      sources: [{ digest: 'sha256:aa', bytes: 1234 }],
      inputs: { preparation: 'sha256:bb' },
      timings: [
        { step: 'prepare', ...timingOf(0, 90) },
        { step: 'fineTune', class: 'printing', ...timingOf(100, 3700) },
        { step: 'generate', class: 'dairy', ...timingOf(200, 10) },
      ],
      versions: { counterpoise: '1.2.3' },
    },
    ...change,
  };
}
