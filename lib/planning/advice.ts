/** Which settings bring the time of a run down, and by how much. */
import type { GenerateSettings, RunSettings, TrainingSettings } from '../settings/settings.ts';
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

/** Settings that may be changed, and how much faster that makes the model beside the work that it saves. */
interface Change {
  meaning: string;
  model?: string;
  fineTune?: Partial<TrainingSettings>;
  generate?: Partial<GenerateSettings>;
  /** Times of a training step and of a batch, as shares of those before. */
  step?: number;
  batch?: number;
}

const DAY = 24 * 3600;
const MOST_WORKERS = 512;

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
  const advise = async (changes: readonly Change[], meaning: string) => {
    const setting = changes.flatMap(flagsOf).join(' ');
    return { setting, meaning, seconds: await secondsWith(run, changes), changes };
  };
  const single = await Promise.all(changesOf(run, small).map((change) => advise([change], change.meaning)));
  const helpful = single
    .filter(({ seconds }) => seconds < 0.9 * now.total)
    .sort((a, b) => a.seconds - b.seconds);
  if (helpful.length > 1)
    helpful.push(
      await advise(
        helpful.flatMap(({ changes }) => changes),
        'all of these together',
      ),
    );
  return [...helpful.map(({ changes: _, ...advice }) => advice), ...(await workersForADay(run))];
}

function changesOf({ settings, shape }: MeasuredRun, small: { id: string; shape: T5Shape }): Change[] {
  const { target, minLength, maxLength, numBeams } = settings.generate;
  const ratio = small.shape.weights / shape.weights;
  const changes: (Change | false)[] = [
    target !== 'median' && { meaning: 'records up to the median class', generate: { target: 'median' } },
    maxLength > 64 && {
      meaning: 'records of 64 tokens at most',
      generate: { minLength: Math.min(minLength, 32), maxLength: 64 },
      batch: 64 / maxLength,
    },
    numBeams > 1 && { meaning: 'greedy search', generate: { numBeams: 1 }, batch: 1 / numBeams },
    settings.fineTune.epochs > 2 && { meaning: 'two passes over the texts', fineTune: { epochs: 2 } },
    ratio < 0.8 && { meaning: 'a smaller model', model: small.id, step: ratio, batch: ratio },
  ];
  return changes.filter((change) => change !== false);
}

function flagsOf({ model, fineTune = {}, generate = {} }: Change): string[] {
  const groups = Object.entries({ fineTune, generate });
  return [
    ...(model === undefined ? [] : [`--set model=${model}`]),
    ...groups.flatMap(([group, fields]) =>
      Object.entries(fields).map(([name, value]) => `--set ${group}.${name}=${value}`),
    ),
  ];
}

async function secondsWith(run: MeasuredRun, changes: readonly Change[]): Promise<number> {
  const settings: RunSettings = { ...run.settings };
  const pace = { step: 1, batch: 1 };
  for (const { model = settings.model, fineTune, generate, step = 1, batch = 1 } of changes) {
    settings.model = model;
    settings.fineTune = { ...settings.fineTune, ...fineTune };
    settings.generate = { ...settings.generate, ...generate };
    pace.step *= step;
    pace.batch *= batch;
  }
  const { work } = await planWork({ ...run, settings });
  return estimate(work, run.speeds, run.machines, pace).total;
}

/** How many workers like this one make a day of the run; nothing where it is one already, or none suffice. */
async function workersForADay(run: MeasuredRun): Promise<Advice[]> {
  const { work } = await planWork(run);
  for (let { workers } = run.machines; workers <= MOST_WORKERS; workers = Math.ceil(workers * 1.25)) {
    const seconds = estimate(work, run.speeds, { ...run.machines, workers }).total;
    const advice = { setting: `--workers ${workers}`, meaning: `${workers} machines like this one`, seconds };
    if (seconds <= DAY) return workers > run.machines.workers ? [advice] : [];
  }
  return [];
}
