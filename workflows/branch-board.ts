import type { StageProgress } from '../lib/stages/stage.ts';
import type { BranchProgress, BranchState } from './messages.ts';
import type { Decision } from './received.ts';

/** The state of a branch, and the decision made while it waited. */
export class BranchBoard {
  readonly progress: BranchProgress;
  #decision: Decision | undefined;

  constructor(start: Omit<BranchProgress, 'state' | 'kept'>) {
    this.progress = { ...start, state: 'pending', kept: 0 };
  }

  get decision(): Decision | undefined {
    return this.#decision;
  }

  move(state: BranchState, change: { kept?: number; reason?: string } = {}): void {
    delete this.progress.reason;
    delete this.progress.work;
    Object.assign(this.progress, { state }, change);
  }

  /** Records progress of the model work; late progress of finished work is ignored. */
  noteWork(work: StageProgress): void {
    if (this.progress.state === 'fine-tuning') this.progress.work = work;
  }

  park(reason: string): void {
    this.#decision = undefined;
    this.move('waiting', { reason });
  }

  /** Accepts the first decision while the branch waits. */
  decide(decision: Decision): void {
    if (this.progress.state !== 'waiting' || this.#decision) return;
    this.#decision = decision;
  }
}

/** Why a branch cannot be retried or skipped now, if so. */
export function problemWithState(branch: BranchProgress): string | undefined {
  if (branch.state === 'waiting') return undefined;
  return `class ${branch.class} is ${branch.state}: only a waiting branch can be retried or skipped`;
}
