/**
 * One branch of the DAG: fine-tune a T5 on one rare class, generate records in shards, filter them, and generate more
 * to replace what the filter dropped. A branch out of attempts waits for a person; a retry does only the missing work.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import { mergeTimings, type Timing } from '../lib/artifacts/timing.ts';
import { promptsPerShard, type Shard, splitIntoShards } from '../lib/balancing/shards.ts';
import { promptsFor } from '../lib/balancing/target.ts';
import type { ReusableClass } from '../lib/runs/reuse.ts';
import { cut } from '../lib/settings/printable.ts';
import { type ModelFiles, modelOf } from '../lib/stages/model-files.ts';
import { fineTuneParameters, generateParameters, type RareClass } from '../lib/stages/parameters.ts';

import { about, light, model } from './activities.ts';
import { BranchBoard, problemWithState } from './branch-board.ts';
import { describeBranch } from './details.ts';
import { reasonOf, refuse } from './failures.ts';
import {
  type BranchResult,
  type BranchSettings,
  type BranchState,
  branchChangedSignal,
  branchProgressQuery,
  retrySignal,
  retryUpdate,
  skipSignal,
  skipUpdate,
  workProgressSignal,
} from './messages.ts';
import { applyChange, problemWithRetry, problemWithSkip, progressFrom, retryOf, skipOf } from './received.ts';
import { inWindow, MAX_CONCURRENT_SHARDS } from './shard-window.ts';

const CHECKED_SIGNALS = 'signals to a branch are checked';

export interface BranchInput extends RareClass {
  model: ModelFiles;
  /** Training pages of every class; absent in runs that began before the label filter existed. */
  allTexts?: ArtifactReference;
  learntFrom: ArtifactReference[];
  earlier?: ReusableClass | undefined;
  settings: BranchSettings;
  /** The settings as changed by retries, in a branch that continued as new because its history was long. */
  decided?: BranchSettings;
  train: number;
  wanted: number;
  /** Notification level: whether the branch signals every step to the run, or only when it starts and stops waiting. */
  news: 'every step' | 'decisions';
}

export async function balanceClass(input: BranchInput): Promise<BranchResult> {
  const { workflowId } = workflowInfo();
  const board = new BranchBoard({ class: input.class, workflowId, train: input.train, wanted: input.wanted });
  let settings = input.decided ?? input.settings;
  const notify = parentNotifier(board, input.news);
  receiveDecisions(board, () => settings);
  setHandler(workProgressSignal, async (message: unknown) => {
    const work = progressFrom(message);
    if (work) board.noteWork(work);
    // Earlier versions forwarded any signal.
    else if (patched(CHECKED_SIGNALS)) return;
    await notify();
  });

  const move = async (state: BranchState, change: { kept?: number; reason?: string } = {}) => {
    board.move(state, change);
    await notify();
  };
  const end = async () => {
    setCurrentDetails(describeBranch(board.progress));
    await condition(allHandlersFinished);
  };
  for (;;) {
    try {
      const result = await balance(input, settings, move);
      const { kept } = result.filter!;
      board.move(kept < input.wanted ? 'partly balanced' : 'balanced', { kept });
      await end();
      return result;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const reason = reasonOf(error);
      const decision = await waitForDecision(board, notify, reason, settings);
      if (decision.kind === 'retry') {
        settings = applyChange(settings, decision.change);
        if (workflowInfo().continueAsNewSuggested && patched('a long branch begins anew')) {
          await move('pending');
          await condition(allHandlersFinished);
          await continueAsNew<typeof balanceClass>({ ...input, decided: settings });
        }
        continue;
      }
      if (decision.kind === 'fail') throw error;
      board.move('skipped', { reason: decision.reason });
      await end();
      return { class: input.class, state: 'skipped', reason: decision.reason, wanted: input.wanted };
    }
  }
}

async function balance(
  input: BranchInput,
  settings: BranchSettings,
  move: (state: BranchState, change?: { kept?: number }) => Promise<void>,
): Promise<BranchResult> {
  const name = input.class;
  const [learnt, labelReader] = await Promise.all([
    learn(input, settings, move),
    learnLabels(input, settings),
  ]);
  const { records } = learnt;
  const generated: ArtifactReference[] = [];
  let generating = records?.made;
  const first = records?.nextPrompt ?? 0;
  let asked = first;
  const applyFilter = () =>
    light.filter.executeWithOptions(about(`filter ${name}`), [
      {
        class: name,
        generated,
        texts: input.texts,
        settings: settings.filter,
        ...(labelReader && { labelReader }),
        ...(records && { earlier: records.kept }),
        ...((records || settings.generate.spare > 0) && { atMost: input.wanted }),
      },
    ]);
  let filtered = records && (await applyFilter());
  for (let round = 1; round <= settings.generate.maxRounds; round++) {
    const kept = filtered?.summary.kept ?? 0;
    const missing = input.wanted - kept;
    const left = first + mostPrompts(settings.generate, input.wanted) - asked;
    if (filtered && (missing === 0 || left <= 0)) break;
    await move('generating', { kept });
    const asking = Math.min(left, promptsFor(missing, settings.generate));
    const made = await generateShards(input, learnt, settings, { from: asked, to: asked + asking });
    asked += asking;
    generated.push(...made.map((shard) => shard.files['generated.jsonl']!));
    generating = mergeTimings([generating, ...made.map((shard) => shard.made)]);
    await move('filtering');
    filtered = await applyFilter();
  }
  if (!filtered)
    throw ApplicationFailure.nonRetryable(`nothing to generate for ${name}`, 'NothingToGenerate');
  const { model: trained, base, learntFrom, losses } = learnt;
  const kept = filtered.files['kept.jsonl']!;
  await light.noteBranch.executeWithOptions(about(`note ${name} for the next run`), [
    {
      runId: workflowInfo().parent?.workflowId ?? workflowInfo().workflowId,
      branch: {
        class: name,
        model: trained,
        base,
        learntFrom,
        losses,
        made: { fineTune: learnt.made, generate: generating },
        fineTune: settings.fineTune,
        generate: settings.generate,
        filter: settings.filter,
        kept,
        nextPrompt: asked,
      },
    },
  ]);
  return {
    class: name,
    state: 'balanced',
    wanted: input.wanted,
    kept,
    dropped: filtered.files['dropped.jsonl']!,
    losses,
    learntFrom,
    filter: filtered.summary,
    ...(learnt.learnt && { learnt: learnt.learnt }),
    made: { fineTune: learnt.made, generate: generating, filter: filtered.made },
  };
}

/** Prompt limit of all rounds together. Absent in the settings of runs that began before it existed. */
const mostPrompts = ({ maxPrompts = 3 }: BranchSettings['generate'], wanted: number): number =>
  Math.ceil(maxPrompts * wanted);

/** The label classifiers of the filter, if it uses them; shared by all branches. */
async function learnLabels({ allTexts }: BranchInput, { filter, fineTune }: BranchSettings) {
  if (!allTexts || !(filter.label > 0)) return undefined;
  const reader = await light.readLabels({ texts: allTexts, seed: fineTune.seed });
  return reader.files['label-reader.json']!;
}

interface Learnt {
  model: ModelFiles;
  base: ModelFiles;
  learntFrom: ArtifactReference[];
  losses?: ArtifactReference | undefined;
  /** Loss before and after training, with the objective `strategies`. */
  learnt?: { before: number; lastEpoch: number } | undefined;
  made?: Timing | undefined;
  records?: ReusableClass['records'];
}

/** The model of the class: reused from the previous run, or fine-tuned. */
async function learn(
  { earlier, settings: first, ...input }: BranchInput,
  settings: BranchSettings,
  move: (state: BranchState) => Promise<void>,
): Promise<Learnt> {
  // A retry with changed settings of a stage reruns that stage.
  const asDecided = (stage: 'fineTune' | 'generate') =>
    JSON.stringify(settings[stage]) === JSON.stringify(first[stage]);
  if (earlier?.kept && asDecided('fineTune'))
    return { ...earlier.kept, ...(asDecided('generate') && { records: earlier.records }) };
  const from = earlier?.trainFrom ?? { model: input.model, learntFrom: input.learntFrom };
  await move('fine-tuning');
  const tuned = await model.fineTune.executeWithOptions(about(`fine-tune on ${input.class}`), [
    fineTuneParameters(input, from.model, settings),
  ]);
  return {
    model: modelOf(tuned),
    base: from.model,
    learntFrom: [...from.learntFrom, input.texts],
    losses: tuned.files['losses.json']!,
    learnt: tuned.summary.learnt,
    made: tuned.made,
  };
}

/** Generates a record for each prompt, with a limited number of concurrent shards. */
function generateShards(
  input: BranchInput,
  { model: files }: Learnt,
  { generate }: BranchSettings,
  prompts: Shard,
) {
  const size = promptsPerShard(generate, input.wanted);
  const shards = splitIntoShards(prompts, size);
  const fits = size === generate.shardSize && shards.length <= MAX_CONCURRENT_SHARDS;
  // Earlier versions scheduled all shards at once, of the configured size.
  const asBefore = !fits && !patched('a window of shards');
  return inWindow(
    asBefore ? splitIntoShards(prompts, generate.shardSize) : shards,
    asBefore ? Infinity : MAX_CONCURRENT_SHARDS,
    (shard) =>
      model.generate.executeWithOptions(
        about(`generate ${cut(input.class)} ${shard.from + 1} to ${shard.to}`),
        [generateParameters(input, files, generate, shard)],
      ),
  );
}

function receiveDecisions(board: BranchBoard, settings: () => BranchSettings): void {
  const decideBy = (decisionOf: typeof retryOf | typeof skipOf) => async (message: unknown) => {
    board.decide(decisionOf(message));
    await condition(() => board.progress.state !== 'waiting');
    return board.progress;
  };
  setHandler(branchProgressQuery, () => board.progress);
  setHandler(retryUpdate, decideBy(retryOf), {
    description: 'Try this branch again: {} or {"change": {"fineTune": {"batchSize": 4}}}',
    validator: (message: unknown) =>
      refuse(problemWithState(board.progress) ?? problemWithRetry(settings(), message)),
  });
  setHandler(skipUpdate, decideBy(skipOf), {
    description: 'Leave this class as it is: {} or {"reason": "why"}',
    validator: (message: unknown) => refuse(problemWithState(board.progress) ?? problemWithSkip(message)),
  });
  // A rejected signal has no reply. Earlier versions accepted all signals.
  setHandler(retrySignal, (message: unknown) => {
    if (problemWithRetry(settings(), message) && patched(CHECKED_SIGNALS)) return;
    board.decide(retryOf(message));
  });
  setHandler(skipSignal, (message: unknown) => {
    if (problemWithSkip(message) && patched(CHECKED_SIGNALS)) return;
    board.decide(skipOf(message));
  });
}

async function waitForDecision(
  board: BranchBoard,
  notify: () => Promise<void>,
  reason: string,
  settings: BranchSettings,
) {
  board.park(reason);
  await notify();
  const { wait, then } = settings.onFailedBranch;
  await condition(() => board.decision !== undefined, wait as '7 days');
  return board.decision ?? { kind: then, reason: `${reason} (nobody decided within ${wait})` };
}

/**
 * Signals the state of the branch to its run, except the final one, which is the child's result. A run with many branches
 * wants only what concerns a person, because every signal adds to its history.
 */
function parentNotifier({ progress }: BranchBoard, level: BranchInput['news']): () => Promise<void> {
  let notified: BranchState = 'pending';
  return async () => {
    setCurrentDetails(describeBranch(progress));
    const { parent } = workflowInfo();
    const concernsPeople = progress.state === 'waiting' || notified === 'waiting';
    if (!parent || (level === 'decisions' && !concernsPeople)) return;
    notified = progress.state;
    try {
      await getExternalWorkflowHandle(parent.workflowId).signal(branchChangedSignal, progress);
    } catch (error) {
      // A closed parent needs no notification; its cancellation reaches this branch anyway.
      if (isCancellation(error)) throw error;
    }
  };
}
