import { cut } from '../lib/settings/printable.ts';
import { isCached } from '../lib/stages/stage.ts';
import { problemWithState } from './branch-board.ts';
import {
  type BranchProgress,
  type BranchSettings,
  type RunProgress,
  STAGES,
  type StageName,
  type StageState,
} from './messages.ts';
import { afterNotification, field, problemWithRetry, problemWithSkip } from './received.ts';

/** Stages that are all cached if nothing has changed. */
const MADE_BY_STAGES: StageName[] = ['prepare', 'baselines', 'merge', 'evaluate', 'report'];

/** The state of a run, for its query and its details. */
export class RunBoard {
  readonly progress: RunProgress;
  hasSearchAttributes = false;
  latestStage: StageName = 'inspect';
  #settings: BranchSettings | undefined;
  readonly #onChange: (board: RunBoard) => void;

  constructor(runId: string, onChange: (board: RunBoard) => void) {
    const stages = Object.fromEntries(Object.keys(STAGES).map((stage) => [stage, 'pending']));
    this.progress = { runId, dataset: '', stages: stages as RunProgress['stages'], classes: [] };
    this.#onChange = onChange;
    onChange(this);
  }

  describe(inspection: { dataset: string; settings: BranchSettings; searchAttributes: boolean }): void {
    this.progress.dataset = inspection.dataset;
    this.hasSearchAttributes = inspection.searchAttributes;
    this.#settings = inspection.settings;
    this.#onChange(this);
  }

  /** Runs one stage of the DAG and updates its state; it is `cached` if all its results were. */
  async during<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
    this.set(stage, 'running');
    try {
      const result = await work();
      this.set(stage, areCached(result) ? 'cached' : 'done');
      return result;
    } catch (error) {
      this.set(stage, 'failed');
      throw error;
    }
  }

  /**
   * Ends the run. @param differs whether sources or settings differ from those of the previous run
   * @returns whether anything is new: they differ, or some stage had to run anyway
   */
  conclude(differs: boolean, attention: string | undefined): boolean {
    const changed = differs || MADE_BY_STAGES.some((stage) => this.progress.stages[stage] === 'done');
    this.progress.changed = changed;
    if (attention !== undefined) this.progress.attention = attention;
    this.#onChange(this);
    return changed;
  }

  /** Adds or updates a branch. */
  note(branch: BranchProgress): void {
    const known = this.progress.classes.findIndex((other) => other.class === branch.class);
    if (known < 0) this.progress.classes.push(branch);
    else this.progress.classes[known] = branch;
    this.#onChange(this);
  }

  branch(name: unknown): BranchProgress | undefined {
    return this.progress.classes.find((branch) => branch.class === name);
  }

  get waits(): boolean {
    return this.progress.classes.some((branch) => branch.state === 'waiting');
  }

  get needsAttention(): boolean {
    return this.waits || this.progress.attention !== undefined;
  }

  /** Accepts a notification from a branch; returns its problem, if any. */
  accept(notification: unknown): string | undefined {
    const branch = this.branch(field(notification, 'class'));
    const after = branch && afterNotification(branch, notification);
    if (!after) return 'no notification of a branch of this run';
    this.note(after);
    return undefined;
  }

  /** Why this message cannot retry or skip a class, if so. */
  problemWithRetry(message: unknown): string | undefined {
    return this.#problemWithClass(message) ?? problemWithRetry(this.#settings!, message, ['class']);
  }

  problemWithSkip(message: unknown): string | undefined {
    return this.#problemWithClass(message) ?? problemWithSkip(message, ['class']);
  }

  #problemWithClass(message: unknown): string | undefined {
    const names = cut(this.progress.classes.map((branch) => branch.class).join(', '), 500);
    const name = field(message, 'class');
    if (typeof name !== 'string') return `class must be one of: ${names}; as in {"class": "printing"}`;
    const branch = this.branch(name);
    if (branch) return problemWithState(branch);
    return `class ${JSON.stringify(cut(name))} has no branch in this run; classes with one: ${names}`;
  }

  set(stage: StageName, state: StageState): void {
    this.progress.stages[stage] = state;
    if (state === 'running') this.latestStage = stage;
    this.#onChange(this);
  }
}

function areCached(result: unknown): boolean {
  return Array.isArray(result) ? result.length > 0 && result.every(areCached) : isCached(result);
}
