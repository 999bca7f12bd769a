/**
 * The DAG: prepare, then the baselines in parallel with one branch per rare class, then merge, evaluate and report.
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
import type { ReusePlan } from '../activities/refresh.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { Timing } from '../lib/artifacts/timing.ts';
import type { ReusableClass } from '../lib/runs/reuse.ts';
import type { BaseRecord } from '../lib/runs/run-record.ts';
import { type Method, usesGenerated } from '../lib/settings/method-table.ts';
import { cut } from '../lib/settings/printable.ts';
import type { RunInput } from '../lib/settings/settings.ts';
import type { ChosenAmount } from '../lib/stages/choose-amount.ts';
import { classSlug } from '../lib/stages/class-slug.ts';
import { modelOf } from '../lib/stages/model-files.ts';
import {
  adaptParameters,
  chooseAmountParameters,
  evaluateParameters,
  pagesForModels,
  prepareParameters,
  pretrainParameters,
  rareClass,
  recordsWanted,
} from '../lib/stages/parameters.ts';
import type { PreparedClass } from '../lib/stages/prepare.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import { about, asSummary, light, model } from './activities.ts';
import { type BranchInput, balanceClass } from './balance-class.ts';
import { runFailure } from './failures.ts';
import type { BranchResult } from './messages.ts';
import { compareWithPrevious, type Evaluation, findReusable, finishedRun, type Run } from './refresh.ts';
import { type RunResult, stateOf, summariseRun } from './result.ts';
import { RunBoard } from './run-board.ts';
import { answerRunMessages } from './run-messages.ts';
import { fairnessOf } from './task-queues.ts';
import { runDisplay, showResult } from './visibility.ts';

/** A downloaded model has no duration: its bytes came from elsewhere. */
type ModelStep = Pick<StageResult<unknown>, 'files' | 'made'> & { cached: boolean };

/** The methods of 0.1, which had no setting for them. */
const METHODS_OF_0_1: Method[] = ['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'];
/** Above this number, branches notify their run only of waiting, to limit its history. */
const MAX_NOTIFYING_BRANCHES = 25;

export async function balanceDataset(input: RunInput): Promise<RunResult> {
  const board = new RunBoard(workflowInfo().workflowId, runDisplay());
  answerRunMessages(board);
  try {
    const inspection = await board.during('inspect', () => light.inspectInput(input));
    board.describe(inspection);
    const { sources, settings } = inspection;
    const corpus = await board.during('prepare', () => light.prepare(prepareParameters(sources, settings)));
    const run = { board, inspection, corpus };
    const methods = methodsOf(inspection);
    const reuse = await findReusable(run);
    const [baselines, { base, branches: finished }] = await Promise.all([
      evaluate(run, 'baselines', methods.baselines, []),
      balanceRareClasses(run, reuse),
    ]);
    const { branches, amount } = await useAmount(run, finished);
    const balanced = await board.during('merge', () =>
      light.merge({
        train: corpus.files['train.jsonl']!,
        test: corpus.files['test.jsonl']!,
        branches: keptOf(branches),
      }),
    );
    const evaluations = [...baselines, ...(await evaluate(run, 'evaluate', methods.withGenerated, branches))];
    const comparison = await compareWithPrevious(run, reuse, evaluations);
    const previousRun = comparison?.files['run-comparison.json'];
    const report = await writeReport(run, branches, amount?.summary, evaluations, previousRun, {
      prepare: corpus.made,
      ...base.made,
      ...(amount && { 'choose the amount': amount.made }),
      merge: balanced.made,
      'compare with the previous run': comparison?.made,
    });
    await light.noteFinish(finishedRun(run, base, evaluations));
    await condition(allHandlersFinished);
    const result = {
      ...summariseRun(board.progress.runId, corpus.summary, branches, evaluations, balanced, report),
      ...(inspection.passedOver?.length && { passedOver: inspection.passedOver }),
      changed: board.conclude(inspection.place.changed, comparison?.summary.attention),
      ...(previousRun && { comparison: previousRun }),
    };
    showResult(board, result);
    return result;
  } catch (error) {
    throw runFailure(error);
  }
}

function methodsOf({ settings }: Inspection): { baselines: Method[]; withGenerated: Method[] } {
  const { methods = METHODS_OF_0_1 }: Partial<typeof settings.evaluation> = settings.evaluation;
  return {
    baselines: methods.filter((method) => !usesGenerated(method)),
    withGenerated: methods.filter((method) => usesGenerated(method)),
  };
}

function evaluate(
  { board, inspection, corpus }: Run,
  stage: 'baselines' | 'evaluate',
  methods: Method[],
  branches: BranchResult[],
): Promise<Evaluation[]> {
  const kept = keptOf(branches);
  return board.during(stage, () =>
    Promise.all(
      methods.map((method) =>
        light.evaluate.executeWithOptions(about(`evaluate ${method}`), [
          evaluateParameters(method, corpus, inspection.settings, kept),
        ]),
      ),
    ),
  );
}

async function balanceRareClasses(
  run: Run,
  reuse: ReusePlan | null,
): Promise<{ base: BaseRecord; branches: BranchResult[] }> {
  const { board, corpus } = run;
  const base = await getModel(run, reuse);
  const rare = corpus.summary.classes.filter((each) => each.kind === 'rare');
  const branches = await board.during('branches', () =>
    Promise.all(
      rare.map((each) => {
        const earlier = reuse?.classes.find((known) => known.class === each.name);
        const news = rare.length > MAX_NOTIFYING_BRANCHES ? 'decisions' : 'every step';
        return balanceRareClass(run, each, base, earlier, news);
      }),
    ),
  );
  return { base, branches };
}

async function balanceRareClass(
  { board, inspection, corpus }: Run,
  rare: PreparedClass,
  { model, learntFrom }: BaseRecord,
  earlier: ReusableClass | undefined,
  news: BranchInput['news'],
): Promise<BranchResult> {
  const { fineTune, generate, filter, onFailedBranch } = inspection.settings;
  const wanted = recordsWanted(generate, corpus, rare);
  const workflowId = `${board.progress.runId}/${classSlug(rare.name)}`;
  const start = { class: rare.name, workflowId, train: rare.train, wanted, kept: 0 };
  board.note({ ...start, state: wanted === 0 ? 'balanced' : 'pending' });
  if (wanted === 0) return { class: rare.name, state: 'balanced', wanted };
  const result = await executeChild(balanceClass, {
    workflowId,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    priority: fairnessOf(board.progress.runId),
    staticSummary: asSummary(
      `${cut(rare.name, 40)} in ${cut(inspection.dataset, 20)}: ${rare.train} records, ${wanted} to generate`,
    ),
    args: [
      {
        ...rareClass(corpus, rare),
        model,
        allTexts: pagesForModels(corpus.files),
        learntFrom,
        earlier,
        settings: { fineTune, generate, filter, onFailedBranch },
        train: rare.train,
        wanted,
        news,
      },
    ],
  });
  const { reason } = result;
  const state = stateOf(result);
  board.note({ ...start, state, kept: result.filter?.kept ?? 0, ...(reason !== undefined && { reason }) });
  return result;
}

/** With `generate.target` "auto": limits each branch to the number of records that does best on validation records. */
async function useAmount(
  { board, inspection, corpus }: Run,
  branches: BranchResult[],
): Promise<{ branches: BranchResult[]; amount?: StageResult<ChosenAmount> }> {
  const kept = keptOf(branches);
  const parameters = chooseAmountParameters(corpus, inspection.settings, kept);
  if (!parameters || kept.length === 0) return { branches };
  const amount = await board.during('merge', () => light.chooseAmount(parameters));
  const withUsed = (branch: BranchResult): BranchResult => {
    const used = amount.files[amount.summary.used[branch.class]!];
    return used ? { ...branch, kept: used, used: used.records! } : branch;
  };
  return { branches: branches.map(withUsed), amount };
}

/** The T5 that every branch starts from: found or trained on the corpus, then adapted to it if the settings say so. */
async function getModel({ board, inspection, corpus }: Run, reuse: ReusePlan | null): Promise<BaseRecord> {
  const { model: wanted, adapt, generate } = inspection.settings;
  const train = pagesForModels(corpus.files);
  if (reuse?.base) {
    board.set('model', 'kept');
    board.set('adapt', adapt ? 'kept' : 'left out');
    return reuse.base;
  }
  // Runs started by schedules or the Web UI have no fairness key of their own.
  const inTurn = { priority: fairnessOf(board.progress.runId) };
  const found: ModelStep = await board.during('model', () =>
    typeof wanted === 'string'
      ? model.fetchModel({ model: wanted })
      : model.pretrain.executeWithOptions(inTurn, [pretrainParameters(corpus, wanted)]),
  );
  const learntFrom = typeof wanted === 'string' ? [] : [train];
  const pretrain = found.made;
  if (!adapt) {
    board.set('adapt', 'left out');
    return { model: modelOf(found), learntFrom, made: { pretrain } };
  }
  const adapted = await board.during('adapt', () =>
    model.adapt.executeWithOptions(inTurn, [adaptParameters(modelOf(found), corpus, adapt, generate)]),
  );
  return { model: modelOf(adapted), learntFrom: [train], made: { pretrain, adapt: adapted.made } };
}

function writeReport(
  { board, inspection, corpus }: Run,
  branches: BranchResult[],
  amount: ChosenAmount | undefined,
  evaluations: Evaluation[],
  previousRun: ArtifactReference | undefined,
  made: Record<string, Timing | undefined>,
) {
  const { settings, dataset, sources, passedOver } = inspection;
  const { protocols } = settings.evaluation;
  return board.during('report', async () => {
    const [comparison, audit] = await Promise.all([
      light.compare({
        predictions: evaluations.map((evaluation) => evaluation.files['predictions.json']!),
        evaluation: { protocols },
      }),
      light.audit({
        test: corpus.files['test.jsonl']!,
        branches: branches.flatMap(({ class: name, kept, learntFrom }) => {
          const texts = textsOf(corpus, name);
          return kept ? [{ class: name, kept, texts, learntFrom: learntFrom ?? [texts] }] : [];
        }),
      }),
    ]);
    return light.report({
      dataset,
      sources,
      passedOver,
      settings,
      preparation: corpus.files['preparation.json']!,
      classes: corpus.summary.classes.map((each) => ({
        ...each,
        texts: each.texts ? corpus.files[each.texts]! : undefined,
      })),
      branches,
      ...(amount && { amount }),
      evaluations: evaluations.map((evaluation) => evaluation.files['evaluation.json']!),
      comparison: comparison.files['comparison.json']!,
      audit: audit.files['audit.json']!,
      previousRun,
      made: {
        ...made,
        ...Object.fromEntries(evaluations.map((each) => [`evaluate ${each.summary.method}`, each.made])),
        'compare the methods': comparison.made,
        audit: audit.made,
      },
    });
  });
}

function textsOf({ summary, files }: Run['corpus'], name: string) {
  return files[summary.classes.find((each) => each.name === name)!.texts!]!;
}

function keptOf(branches: BranchResult[]) {
  return branches.flatMap((branch) => (branch.kept ? [{ class: branch.class, kept: branch.kept }] : []));
}
