import type { StageProgress } from '../lib/stages/stage.ts';
import type { BranchSettings } from './balance-class.ts';
import type { BranchChange, BranchProgress, BranchState } from './messages.ts';

export type Decision = { kind: 'retry'; change: BranchChange } | { kind: 'skip'; reason: string };

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

  /** Notes how far the model work is; news of work that is over says nothing of the branch. */
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

/**
 * Says what is wrong with a change of settings, or nothing. Groups, fields and types are compared with the settings in
 * force; ranges are checked by the activity that receives them.
 */
export function problemWithChange(settings: BranchSettings, change: unknown): string | undefined {
  if (change === undefined) return undefined;
  if (!isObject(change)) return 'change must be an object such as {"fineTune": {"batchSize": 4}}';
  for (const [group, fields] of Object.entries(change)) {
    if (!isChangeable(group)) return `change.${group}: unknown; fineTune, generate and filter can be changed`;
    if (!isObject(fields)) return `change.${group} must be an object of settings`;
    for (const [field, value] of Object.entries(fields)) {
      const problem = problemWithField(settings[group], field, value);
      if (problem) return `change.${group}.${field}: ${problem}`;
    }
  }
  return undefined;
}

function problemWithField(
  current: Record<string, unknown>,
  field: string,
  value: unknown,
): string | undefined {
  if (!(field in current)) return `unknown; known are ${Object.keys(current).join(', ')}`;
  const present = current[field];
  // Fields that are null or of several types are left to the full check of the activity that receives them.
  if (present === null || value === null || field === 'target') return undefined;
  if (typeof value !== typeof present)
    return `${JSON.stringify(value)} does not do; a ${typeof present} is expected`;
  return undefined;
}

/** The settings after a change. */
export function applyChange(settings: BranchSettings, change: BranchChange): BranchSettings {
  return {
    ...settings,
    fineTune: { ...settings.fineTune, ...change.fineTune },
    generate: { ...settings.generate, ...change.generate },
    filter: { ...settings.filter, ...change.filter },
  };
}

const isChangeable = (group: string): group is keyof BranchChange =>
  ['fineTune', 'generate', 'filter'].includes(group);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
