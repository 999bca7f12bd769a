/**
 * Queries, updates and signals of a run and its branches. Each update takes one object, because the Web UI's
 * *Send an Update* sends exactly one JSON payload.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RunSettings } from '../lib/settings/settings.ts';
import type { BranchOutcome } from '../lib/stages/report.ts';
import type { StageProgress } from '../lib/stages/stage.ts';

/** The steps of a run, in starting order, and what each does. */
export const STAGES = {
  inspect: 'check the input',
  prepare: 'clean, split, choose classes',
  refresh: 'compare with the previous run',
  baselines: 'evaluate without generated records',
  model: 'get the T5',
  adapt: 'adapt the T5 to the corpus',
  branches: 'fine-tune and generate for each rare class',
  merge: 'assemble the balanced dataset',
  evaluate: 'evaluate with generated records',
  report: 'write report and dataset card',
} as const;
export type StageName = keyof typeof STAGES;
export type StageState = 'pending' | 'running' | 'done' | 'cached' | 'kept' | 'failed' | 'left out';

const WORKING = ['pending', 'fine-tuning', 'generating', 'filtering'] as const;
/** The states of a branch. `waiting` needs a person: `retryClass` or `skipClass`. */
export const BRANCH_STATES = [...WORKING, 'waiting', 'balanced', 'partly balanced', 'skipped'] as const;
export type BranchState = (typeof BRANCH_STATES)[number];

export interface BranchProgress {
  class: string;
  state: BranchState;
  workflowId: string;
  /** Training records of the class; generated records wanted, and kept by the filter. */
  train: number;
  wanted: number;
  kept: number;
  /** Why the branch waits or was skipped. */
  reason?: string;
  /** Progress of the running model work, updated every quarter. */
  work?: StageProgress;
}

export interface RunProgress {
  runId: string;
  dataset: string;
  stages: Record<StageName, StageState>;
  classes: BranchProgress[];
  /** Once finished: whether anything differs from the previous run. */
  changed?: boolean;
  attention?: string;
}

/** The settings of a branch. */
export type BranchSettings = Pick<RunSettings, 'fineTune' | 'generate' | 'filter' | 'onFailedBranch'>;

/** The result of a branch. */
export type BranchResult = BranchOutcome;

/** Settings to change when a branch is retried; others stay the same. */
export type BranchChange = { [Group in 'fineTune' | 'generate' | 'filter']?: Partial<RunSettings[Group]> };

export interface ClassRetry {
  class: string;
  change?: BranchChange;
}

export interface ClassSkip {
  class: string;
  reason?: string;
}

export const progressQuery = defineQuery<RunProgress>('progress');

// Updates, not signals: the sender learns at once whether they were accepted.
export const retryClassUpdate = defineUpdate<BranchProgress, [ClassRetry]>('retryClass');
export const skipClassUpdate = defineUpdate<BranchProgress, [ClassSkip]>('skipClass');
export const retryUpdate = defineUpdate<BranchProgress, [{ change?: BranchChange }]>('retry');
export const skipUpdate = defineUpdate<BranchProgress, [{ reason?: string }]>('skip');
export const branchProgressQuery = defineQuery<BranchProgress>('progress');

// Signals between a run and its branches: a workflow cannot send an update to another.
export const branchChangedSignal = defineSignal<[BranchProgress]>('branchChanged');
/** From the activity that does a branch's model work. */
export const workProgressSignal = defineSignal<[StageProgress]>('workProgress');
export const retrySignal = defineSignal<[{ change?: BranchChange | undefined }]>('retryBranch');
export const skipSignal = defineSignal<[{ reason?: string | undefined }]>('skipBranch');
