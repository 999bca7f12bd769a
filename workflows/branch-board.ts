import type { StageProgress } from '../lib/stages/stage.ts';
import type { BranchProgress, BranchState } from './messages.ts';
import type { Decision } from './received.ts';

/** Where one branch is, and what a person decided while it waited. */
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

  /** Notes how far the model work is; late progress of work that is over is ignored. */
  noteWork(work: StageProgress): void {
    if (this.progress.state === 'fine-tuning') this.progress.work = work;
  }

  park(reason: string): void {
    this.#decision = undefined;
    this.move('waiting', { reason });
  }

  /** Takes a decision while the branch waits for one; later ones are ignored. */
  decide(decision: Decision): void {
    if (this.progress.state !== 'waiting' || this.#decision) return;
    this.#decision = decision;
  }
}

/** Says why a branch cannot be retried or skipped now, or nothing. */
export function problemWithState(branch: BranchProgress): string | undefined {
  if (branch.state === 'waiting') return undefined;
  return `class ${branch.class} is ${branch.state}: only a branch that waits can be retried or skipped`;
}
