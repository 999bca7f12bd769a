/** The study's figures as a page of Markdown. */
import { mean } from '../../lib/arithmetic/sums.ts';
import { estimateOverSplits, pValueOf } from '../../lib/evaluation/uncertainty.ts';
import { METHOD_NAMES } from '../../lib/report/methods.ts';
import type { Method } from '../../lib/settings/method-table.ts';
import type { Protocol } from '../../lib/settings/settings.ts';
import { METHODS, PRESET, VARIANTS } from './sets.ts';

/** One run of the study. */
export interface StudyRun {
  set: string;
  variant: string;
  split: number;
  seconds: number;
  macroF1: Partial<Record<Protocol, Partial<Record<Method, number>>>>;
  /** Records of all classes. */
  train: number;
  test: number;
  /** Generated records: wanted, and kept by the filter. */
  wanted: number;
  kept: number;
  /** Mean loss of a branch's last epoch, by that of its model before. */
  lossRatios: number[];
  /** Share of the generated records that a classifier of real ones gives their class. */
  readAsTheirClass?: number;
}

const PROTOCOLS: Protocol[] = ['tuned', 'equal-updates'];

/** `docs/study.md`. */
export function studyPage(runs: readonly StudyRun[]): string {
  const sets = [...new Set(runs.map(({ set }) => set))];
  return [
    '# What generated records are worth\n',
    'Made by `npm run study`; do not edit. The preset `recommended` with a `tiny` T5 from random weights, trained on the records of each set',
    'as the demo does. Macro F1, means over random splits of training and test records, three seeds each. A difference is marked `*` where',
    'p < .05 and `**` where p < .01 in the corrected resampled t-test (Nadeau, Bengio 2003).\n',
    ...sets.flatMap((set) =>
      section(
        set,
        runs.filter((run) => run.set === set),
      ),
    ),
  ].join('\n');
}

function section(set: string, runs: readonly StudyRun[]): string[] {
  const preset = runs.filter(({ variant }) => variant === PRESET);
  const [first] = preset;
  if (!first) return [];
  return [
    `## ${set[0]!.toUpperCase()}${set.slice(1)}\n`,
    `${preset.length} splits of ${first.train} training and ${first.test} test records.\n`,
    ...PROTOCOLS.flatMap((protocol) => [`### ${protocol}\n`, ...pairTable(preset, protocol), '']),
    '### What was generated\n',
    'Where the amount was chosen, kept are the records that are used.\n',
    ...costTable(runs),
    '',
    '### The preset changed\n',
    'Less the preset, on the same splits.\n',
    ...ablationTable(runs),
    '',
  ];
}

/** Every method's mean, and its difference to every other. */
function pairTable(runs: readonly StudyRun[], protocol: Protocol): string[] {
  const rows = METHODS.map((method) => [
    METHOD_NAMES[method],
    figure(mean(figuresOf(runs, protocol, method))),
    ...METHODS.map((other) =>
      method === other
        ? ''
        : difference(figuresOf(runs, protocol, method), figuresOf(runs, protocol, other), runs[0]!),
    ),
  ]);
  return table(['less', 'mean', ...METHODS.map((method) => METHOD_NAMES[method])], rows);
}

function costTable(runs: readonly StudyRun[]): string[] {
  const rows = variantsOf(runs).map(([variant, own]) => {
    const ratios = own.flatMap(({ lossRatios }) => lossRatios);
    const read = own.flatMap(({ readAsTheirClass }) => readAsTheirClass ?? []);
    return [
      variant,
      String(own.length),
      figure(mean(own.map(({ wanted }) => wanted)), 0),
      percent(mean(own.map(({ kept, wanted }) => kept / wanted))),
      read.length > 0 ? percent(mean(read)) : '',
      ratios.length > 0 ? percent(1 - mean(ratios)) : '',
    ];
  });
  const columns = ['variant', 'splits', 'wanted', 'kept', 'read as their class', 'loss fell by'];
  return table(columns, rows);
}

function ablationTable(runs: readonly StudyRun[]): string[] {
  const preset = runs.filter(({ variant }) => variant === PRESET);
  const rows = variantsOf(runs)
    .filter(([variant]) => variant !== PRESET)
    .map(([variant, own]) => {
      const same = own.map(({ split }) => preset.find((run) => run.split === split)!);
      return [
        variant,
        ...PROTOCOLS.flatMap((protocol) =>
          (['generated', 'generatedOversample'] as const).map((method) =>
            difference(figuresOf(own, protocol, method), figuresOf(same, protocol, method), own[0]!),
          ),
        ),
      ];
    });
  const columns = PROTOCOLS.flatMap((protocol) => [
    `Generated, ${protocol}`,
    `Generated + Oversample, ${protocol}`,
  ]);
  return table(['variant', ...columns], rows);
}

function variantsOf(runs: readonly StudyRun[]): [variant: string, runs: StudyRun[]][] {
  return Object.keys(VARIANTS)
    .map((variant): [string, StudyRun[]] => [variant, runs.filter((run) => run.variant === variant)])
    .filter(([, own]) => own.length > 0);
}

const figuresOf = (runs: readonly StudyRun[], protocol: Protocol, method: Method): number[] =>
  runs.map(({ macroF1 }) => macroF1[protocol]![method]!);

/** The mean difference over splits, marked where it is more than chance. */
function difference(
  first: readonly number[],
  second: readonly number[],
  { train, test }: Pick<StudyRun, 'train' | 'test'>,
): string {
  const differences = first.map((figure, split) => figure - second[split]!);
  const sign = (value: number) => `${value < 0 ? '−' : '+'}${figure(Math.abs(value))}`;
  if (differences.length < 2) return sign(mean(differences));
  const estimate = estimateOverSplits(differences, test / train);
  const p = pValueOf(estimate);
  return `${sign(estimate.mean)}${p < 0.01 ? '\\*\\*' : p < 0.05 ? '\\*' : ''}`;
}

const figure = (value: number, digits = 3) => value.toFixed(digits).replace(/^0\./, '.');
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
