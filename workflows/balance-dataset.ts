/**
 * The DAG: prepare, then the three baselines beside one branch per rare class, then merge, evaluate and report.
 * Payloads carry references to artifacts, never texts.
 */
import {
  allHandlersFinished,
  condition,
  executeChild,
  ParentClosePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { Inspection } from '../activities/activities.ts';
import { missingRecords } from '../lib/balancing/target.ts';
import { recordsOfLargestMethod } from '../lib/evaluation/protocols.ts';
import { prepareSettings } from '../lib/settings/prepare-settings.ts';
import type { GenerateSettings, RunInput } from '../lib/settings/settings.ts';
import { classSlug } from '../lib/stages/class-slug.ts';
import type { EvaluationSummary } from '../lib/stages/evaluate.ts';
import { type ModelFiles, modelOf } from '../lib/stages/model-files.ts';
import type { PreparedClass, PrepareSummary } from '../lib/stages/prepare.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import { about, light, model } from './activities.ts';
import { type BranchResult, balanceClass } from './balance-class.ts';
import { runFailure } from './failures.ts';
import { type RunResult, summarise } from './result.ts';
import { RunBoard } from './run-board.ts';
import { answerRunMessages } from './run-messages.ts';
import { fairnessOf } from './task-queues.ts';
import { runDisplay, showResult } from './visibility.ts';

type Method = EvaluationSummary['method'];
type Corpus = StageResult<PrepareSummary>;
type Evaluation = StageResult<EvaluationSummary>;

const BASELINES: Method[] = ['regular', 'undersample', 'oversample'];
const WITH_GENERATED: Method[] = ['generated', 'generatedOversample'];

export async function balanceDataset(input: RunInput): Promise<RunResult> {
  const board = new RunBoard(workflowInfo().workflowId, runDisplay());
  answerRunMessages(board);
  try {
    const inspection = await board.during('inspect', () => light.inspectInput(input));
    board.describe(inspection);
    const corpus = await prepare(board, inspection);
    const [baselines, branches] = await Promise.all([
      evaluate(board, 'baselines', BASELINES, inspection, corpus, []),
      balanceRareClasses(board, inspection, corpus),
    ]);
    const balanced = await board.during('merge', () =>
      light.merge({
        train: corpus.files['train.jsonl']!,
        test: corpus.files['test.jsonl']!,
        branches: keptOf(branches),
      }),
    );
    const evaluations = [
      ...baselines,
      ...(await evaluate(board, 'evaluate', WITH_GENERATED, inspection, corpus, branches)),
    ];
    const report = await writeReport(board, inspection, corpus, branches, evaluations);
    await condition(allHandlersFinished);
    const result = summarise(board.progress.runId, corpus.summary, branches, evaluations, balanced, report);
    showResult(board, result);
    return result;
  } catch (error) {
    throw runFailure(error);
  }
}

function prepare(board: RunBoard, { sources, settings }: Inspection): Promise<Corpus> {
  return board.during('prepare', () => light.prepare({ sources, ...prepareSettings(settings) }));
}

function evaluate(
  board: RunBoard,
  stage: 'baselines' | 'evaluate',
  methods: Method[],
  { settings: { classifier, evaluation, generate } }: Inspection,
  corpus: Corpus,
  branches: BranchResult[],
): Promise<Evaluation[]> {
  const train = corpus.files['train.jsonl']!;
  const test = corpus.files['test.jsonl']!;
  const generated = keptOf(branches).map((branch) => branch.kept);
  const largest = recordsOfLargestMethod(
    corpus.summary.classes.map((each) => each.train + recordsWanted(generate, corpus.summary, each)),
  );
  return board.during(stage, () =>
    Promise.all(
      methods.map((method) =>
        light.evaluate.executeWithOptions(about(`evaluate ${method}`), [
          { method, train, test, generated, largest, classifier, evaluation },
        ]),
      ),
    ),
  );
}

async function balanceRareClasses(
  board: RunBoard,
  inspection: Inspection,
  corpus: Corpus,
): Promise<BranchResult[]> {
  const base = await getModel(board, inspection, corpus);
  const rare = corpus.summary.classes.filter((each) => each.kind === 'rare');
  return board.during('branches', () =>
    Promise.all(rare.map((each) => balanceRareClass(board, inspection, corpus, each, base))),
  );
}

async function balanceRareClass(
  board: RunBoard,
  { settings, dataset }: Inspection,
  corpus: Corpus,
  rare: PreparedClass,
  base: ModelFiles,
): Promise<BranchResult> {
  const wanted = recordsWanted(settings.generate, corpus.summary, rare);
  const workflowId = `${board.progress.runId}/${classSlug(rare.name)}`;
  board.note({ class: rare.name, state: 'pending', workflowId, train: rare.train, wanted, kept: 0 });
  if (wanted === 0) {
    board.note({ class: rare.name, state: 'balanced', workflowId, train: rare.train, wanted, kept: 0 });
    return { class: rare.name, state: 'balanced', wanted };
  }
  return executeChild(balanceClass, {
    workflowId,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    priority: fairnessOf(board.progress.runId),
    staticSummary: `${rare.name} in ${dataset}: ${rare.train} records, ${wanted} to generate`,
    args: [
      {
        class: rare.name,
        texts: corpus.files[rare.texts!]!,
        profile: corpus.files[rare.profile!]!,
        model: base,
        settings,
        train: rare.train,
        wanted,
      },
    ],
  });
}

/** Records that are to be generated for a class. */
function recordsWanted(
  { target }: GenerateSettings,
  { classes }: PrepareSummary,
  { kind, train }: PreparedClass,
): number {
  if (kind !== 'rare') return 0;
  return missingRecords(
    target,
    train,
    classes.map((each) => each.train),
  );
}

/** The T5 that every branch starts from: found or trained on the corpus, then adapted to it if the settings say so. */
async function getModel(board: RunBoard, { settings }: Inspection, corpus: Corpus): Promise<ModelFiles> {
  const { model: wanted, adapt } = settings;
  const train = corpus.files['train.jsonl']!;
  const found = await board.during('model', () =>
    typeof wanted === 'string'
      ? model.fetchModel({ model: wanted })
      : model.pretrain({ texts: train, settings: wanted }),
  );
  if (!adapt) {
    board.leaveOut('adapt');
    return modelOf(found);
  }
  const adapted = await board.during('adapt', () =>
    model.adapt({ model: modelOf(found), texts: train, settings: adapt }),
  );
  return modelOf(adapted);
}

function writeReport(
  board: RunBoard,
  { settings, dataset, sources }: Inspection,
  corpus: Corpus,
  branches: BranchResult[],
  evaluations: Evaluation[],
) {
  const { protocols, resamples, seed } = settings.evaluation;
  return board.during('report', async () => {
    const [comparison, audit] = await Promise.all([
      light.compare({
        predictions: evaluations.map((evaluation) => evaluation.files['predictions.json']!),
        evaluation: { protocols, resamples, seed },
      }),
      light.audit({
        test: corpus.files['test.jsonl']!,
        branches: keptOf(branches).map((branch) => ({ ...branch, texts: textsOf(corpus, branch.class) })),
      }),
    ]);
    return light.report({
      dataset,
      sources,
      settings,
      preparation: corpus.files['preparation.json']!,
      classes: corpus.summary.classes.map((each) => ({
        ...each,
        texts: each.texts ? corpus.files[each.texts]! : undefined,
      })),
      branches,
      evaluations: evaluations.map((evaluation) => evaluation.files['evaluation.json']!),
      comparison: comparison.files['comparison.json']!,
      audit: audit.files['audit.json']!,
    });
  });
}

/** The training pages of a rare class. */
function textsOf({ summary, files }: Corpus, name: string) {
  return files[summary.classes.find((each) => each.name === name)!.texts!]!;
}

function keptOf(branches: BranchResult[]) {
  return branches.flatMap((branch) => (branch.kept ? [{ class: branch.class, kept: branch.kept }] : []));
}
