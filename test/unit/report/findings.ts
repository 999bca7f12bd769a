import type { Method, MethodResult } from '../../../lib/evaluation/methods.ts';
import type { BranchFindings, RunFindings } from '../../../lib/report/build-report.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

/** A method's result with the same figure everywhere, one for each seed. */
export function resultOf(
  method: Method,
  macroF1: readonly number[],
  classes: readonly string[],
): MethodResult {
  const mean = macroF1.reduce((sum, value) => sum + value, 0) / macroF1.length;
  const alike = (value: number) => Object.fromEntries(classes.map((name) => [name, value]));
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
    })),
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

/** A whole run: one frequent class, two rare ones, and the macro F1 of each method, one figure a seed. */
export function findingsOf(
  macroF1: Partial<Record<Method, number | readonly number[]>> = {
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
  return {
    dataset: 'pages',
    settings: settingsSchema.parse({ source: '/home/somebody/pages.csv' }),
    preparation: {
      read: 200,
      rejected: { 'empty text': 4 },
      mended: { 'NUL bytes removed': 2 },
      unknownLanguage: { retail: 1 },
      mergedLabels: [{ from: 'Retail', to: 'retail', records: 3 }],
      conflicts: 1,
      dropped: {
        'other language': { retail: 6, printing: 1 },
        'class not chosen': { mining: 5, '(others)': 9 },
      },
      samples: { 'other language': [{ id: 'a1', label: 'retail', text: 'Willkommen bei uns' }] },
      classes: [...classes],
      train: 122,
      test: 27,
    },
    classes,
    branches: classes.filter(({ kind }) => kind === 'rare').map(({ name }) => branchOf(name)),
    evaluations: Object.entries(macroF1).map(([method, values]) =>
      resultOf(method as Method, [values].flat() as number[], names),
    ),
    provenance: {
      sources: [{ digest: 'sha256:aa', bytes: 1234 }],
      inputs: { preparation: 'sha256:bb' },
      versions: { counterpoise: '1.2.3' },
    },
    ...change,
  };
}
