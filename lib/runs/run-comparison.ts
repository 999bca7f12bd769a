/** Compares a run with the previous one of its dataset, for the report and to flag it for attention. */
import type { MethodResult } from '../evaluation/methods.ts';
import type { FigurePair, RunComparison, TextChange } from './run-comparison-schema.ts';
import type { RunRecord } from './run-record.ts';

export interface ComparedRun {
  classes: RunRecord['classes'];
  evaluations: MethodResult[];
}

export interface TextComparison extends Pick<RunComparison, 'corpus' | 'vocabulary'> {
  /** By rare class, compared with the records its previous model was trained on. */
  classes: Record<string, TextChange>;
}

const WATCHED = 'generated';

/** Compares two runs; a drop of Generated's macro F1 beyond `alertBelow` needs attention. */
export function runComparison(
  previous: { runId: string; finishedAt: string } & ComparedRun,
  current: ComparedRun,
  texts: TextComparison,
  options: { alertBelow: number; keptModels: string[]; trainedAgain: string[] },
): RunComparison {
  const { alertBelow, keptModels, trainedAgain } = options;
  const names = new Set([...current.classes, ...previous.classes].map(({ name }) => name));
  const sides = (name: string, side: 'train' | 'test') => {
    const countIn = ({ classes }: ComparedRun) => classes.find((each) => each.name === name)?.[side] ?? null;
    return { before: countIn(previous), after: countIn(current) };
  };
  const methods: RunComparison['methods'] = {};
  for (const after of current.evaluations) {
    const before = previous.evaluations.find(({ method }) => method === after.method);
    if (before) methods[after.method] = compareMethod(before, after);
  }
  const attention = attentionOf(methods[WATCHED]?.macroF1, previous.runId, alertBelow);
  return {
    previous: { runId: previous.runId, finishedAt: previous.finishedAt },
    classes: [...names].map((name) => ({
      name,
      train: sides(name, 'train'),
      test: sides(name, 'test'),
      ...(texts.classes[name] && { change: texts.classes[name] }),
    })),
    methods,
    corpus: texts.corpus,
    vocabulary: texts.vocabulary,
    keptModels,
    trainedAgain,
    ...(attention !== undefined && { attention }),
  };
}

function compareMethod(before: MethodResult, after: MethodResult) {
  const pair = (figure: 'microF1' | 'macroF1'): FigurePair => ({
    before: before[figure],
    after: after[figure],
    change: after[figure] - before[figure],
    ...(before.intervals && { beforeInterval: before.intervals[figure] }),
    ...(after.intervals && { afterInterval: after.intervals[figure] }),
  });
  const labels = new Set([...Object.keys(after.recall), ...Object.keys(before.recall)]);
  const recall = [...labels].map((label) => [
    label,
    { before: before.recall[label] ?? null, after: after.recall[label] ?? null },
  ]);
  return { microF1: pair('microF1'), macroF1: pair('macroF1'), recall: Object.fromEntries(recall) };
}

function attentionOf(macroF1: FigurePair | undefined, previous: string, alertBelow: number) {
  if (!macroF1 || -macroF1.change <= alertBelow) return undefined;
  const [before, after] = [macroF1.before.toFixed(3), macroF1.after.toFixed(3)];
  return `the macro F1 of Generated fell from ${before} in ${previous} to ${after}, by more than refresh.alertBelow (${alertBelow})`;
}
