import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { AUTO_MULTIPLES } from '../balancing/target.ts';
import { readAllPages } from '../corpus/formats.ts';
import { writeLines } from '../corpus/line-file.ts';
import type { Page } from '../corpus/page.ts';
import { evaluateMethod } from '../evaluation/evaluate-method.ts';
import type { MethodSettings } from '../evaluation/methods.ts';
import { recordsOfLargestMethod } from '../evaluation/protocols.ts';
import { seedsToChoose } from '../evaluation/tuning.ts';
import { type EvaluatedWords, wordsRead } from '../evaluation/words-read.ts';
import type { Report } from '../report/schema.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import { classSlug } from './class-slug.ts';
import type { PlannableStage } from './stage.ts';

export interface ChooseAmountParameters {
  /** Training records that the models have read, and those that they have not. */
  learn: ArtifactReference;
  validation: ArtifactReference;
  /** What each branch generated, beyond the filter; and its class's training records. */
  branches: { class: string; train: number; kept: ArtifactReference }[];
  classifier: ClassifierSettings;
  evaluation: MethodSettings;
}

/** How many generated records a real one, and how each amount did by the first protocol. */
export interface ChosenAmount extends NonNullable<Report['amount']> {
  /** The file of each class's records that are used. */
  used: Record<string, string>;
}

/** The settings that amounts are compared with: the first protocol alone. */
const settingsToChoose = (evaluation: MethodSettings): MethodSettings => ({
  ...evaluation,
  protocols: evaluation.protocols.slice(0, 1),
  seeds: seedsToChoose(evaluation.seeds),
  splits: 1,
});

/**
 * Chooses how many generated records are used: of every class the same multiple of its real ones. Generated + Oversample is
 * evaluated with each on records that no model has read; of equal multiples the smallest is taken. Files: the first of
 * each class's generated records, as `<class>.jsonl`.
 */
export const chooseAmount: PlannableStage<ChooseAmountParameters, ChosenAmount, EvaluatedWords, number[]> = {
  name: 'chooseAmount',
  version: 1,
  /** Words that the classifier reads for each amount, at the most. */
  work({ classifier, evaluation }, words) {
    const largest = recordsOfLargestMethod(words.sizes);
    const chosenWith = settingsToChoose(evaluation);
    return AUTO_MULTIPLES.map(() => wordsRead('generatedOversample', largest, classifier, chosenWith, words));
  },
  async run({ learn, validation, branches, classifier, evaluation }, { out, open, signal, progress }) {
    const train = await readAllPages(await open(learn));
    const test = await readAllPages(await open(validation));
    const generated: Page[][] = [];
    for (const { kept } of branches) generated.push(await readAllPages(await open(kept)));
    const amounts = (times: number) => branches.map((branch) => Math.round(times * branch.train));
    const tried: ChosenAmount['tried'] = [];
    for (const [step, times] of AUTO_MULTIPLES.entries()) {
      const sizes = amounts(times);
      const { result } = await evaluateMethod({
        method: 'generatedOversample',
        train,
        test,
        generated: generated.flatMap((records, at) => records.slice(0, sizes[at]!)),
        classifier,
        evaluation: settingsToChoose(evaluation),
        concurrency: availableParallelism(),
        signal,
        onProgress: (share) =>
          progress({
            phase: 'choose the amount',
            done: Math.round((100 * (step + share)) / AUTO_MULTIPLES.length),
            total: 100,
            unit: 'percent',
          }),
      });
      tried.push({ times, macroF1: result.macroF1 });
    }
    const { times } = tried.reduce((best, each) => (each.macroF1 > best.macroF1 ? each : best));
    const used: ChosenAmount['used'] = {};
    const records: Record<string, number> = {};
    for (const [at, size] of amounts(times).entries()) {
      const { class: name } = branches[at]!;
      const file = `${classSlug(name)}.jsonl`;
      used[name] = file;
      const lines = generated[at]!.slice(0, size).map((record) => JSON.stringify(record));
      records[file] = await writeLines(join(out, file), lines);
    }
    return { summary: { times, validation: test.length, tried, used }, records };
  },
};
