/** Which settings bring the time of a run down, and by how much. */
import type { GenerateSettings, RunSettings } from '../settings/settings.ts';
import { estimate, type Machines, type RunEstimate, type Speeds } from './estimate.ts';
import type { T5Shape } from './model-shape.ts';
import { type PlannedRun, planWork } from './work.ts';

export interface Advice {
  /** What to write: `--set generate.target=median`, or `--workers 12`. */
  setting: string;
  meaning: string;
  /** Seconds of the whole run with it. */
  seconds: number;
}

/** A run, and where it would be. */
export interface MeasuredRun extends PlannedRun {
  speeds: Speeds;
  machines: Machines;
  shape: T5Shape;
}

/** What may be changed, and how much faster that makes the model beside the work that it saves. */
interface Change {
  setting: string;
  meaning: string;
  apply: (settings: RunSettings) => RunSettings;
  /** Times of a training step and of a batch, as shares of those before. */
  step?: number;
  batch?: number;
}

const DAY = 24 * 3600;

/**
 * Single changes, each by itself, the most helpful first; then all of them together, and how many workers make a day of
 * the run as it is.
 * @param small a smaller model that may be tried
 */
export async function planAdvice(
  run: MeasuredRun,
  now: RunEstimate,
  small: { id: string; shape: T5Shape },
): Promise<Advice[]> {
  const helpful: (Advice & { change: Change })[] = [];
  for (const change of changesOf(run, small)) {
    const { setting, meaning } = change;
    const seconds = await secondsWith(run, [change]);
    if (seconds < 0.9 * now.total) helpful.push({ setting, meaning, seconds, change });
  }
  helpful.sort((a, b) => a.seconds - b.seconds);
  const single = helpful.map(({ change: _, ...advice }) => advice);
  const together = {
    setting: single.map(({ setting }) => setting).join(' '),
    meaning: 'all of these together',
    seconds: await secondsWith(
      run,
      helpful.map(({ change }) => change),
    ),
  };
  return [...single, ...(single.length > 1 ? [together] : []), ...(await workersForADay(run))];
}

function changesOf({ settings, shape }: MeasuredRun, small: { id: string; shape: T5Shape }): Change[] {
  const { generate, fineTune } = settings;
  const ratio = small.shape.weights / shape.weights;
  const generating =
    (change: Partial<GenerateSettings>): Change['apply'] =>
    (run) => ({ ...run, generate: { ...run.generate, ...change } });
  const changes: (Change | false)[] = [
    generate.target !== 'median' && {
      setting: '--set generate.target=median',
      meaning: 'records up to the median class',
      apply: generating({ target: 'median' }),
    },
    generate.maxLength > 64 && {
      setting: '--set generate.minLength=32 --set generate.maxLength=64',
      meaning: 'records of 64 tokens at most',
      apply: generating({ minLength: Math.min(generate.minLength, 32), maxLength: 64 }),
      batch: 64 / generate.maxLength,
    },
    generate.numBeams > 1 && {
      setting: '--set generate.numBeams=1',
      meaning: 'greedy search',
      apply: generating({ numBeams: 1 }),
      batch: 1 / generate.numBeams,
    },
    fineTune.epochs > 2 && {
      setting: '--set fineTune.epochs=2',
      meaning: 'two passes over the texts',
      apply: (run) => ({ ...run, fineTune: { ...run.fineTune, epochs: 2 } }),
    },
    ratio < 0.8 && {
      setting: `--set model=${small.id}`,
      meaning: 'a smaller model',
      apply: (run) => ({ ...run, model: small.id }),
      step: ratio,
      batch: ratio,
    },
  ];
  return changes.filter((change) => change !== false);
}

async function secondsWith(run: MeasuredRun, changes: readonly Change[]): Promise<number> {
  const settings = changes.reduce((changed, { apply }) => apply(changed), run.settings);
  const shareOf = (what: 'step' | 'batch') =>
    changes.reduce((product, { [what]: share = 1 }) => product * share, 1);
  const { work } = await planWork({ ...run, settings });
  return estimate(work, run.speeds, run.machines, { step: shareOf('step'), batch: shareOf('batch') }).total;
}

const MOST_WORKERS = 512;

/** How many workers like this one make a day of the run; nothing where it is one already, or none suffice. */
async function workersForADay(run: MeasuredRun): Promise<Advice[]> {
  const { speeds, machines } = run;
  const { work } = await planWork(run);
  for (let workers = machines.workers; workers <= MOST_WORKERS; workers = Math.ceil(workers * 1.25)) {
    const { total } = estimate(work, speeds, { ...machines, workers });
    if (total > DAY) continue;
    const meaning = `${workers} machines like this one`;
    return workers > machines.workers ? [{ setting: `--workers ${workers}`, meaning, seconds: total }] : [];
  }
  return [];
}
