/** Which settings bring the time of a run down, and by how much. Pure. */
import type { RunSettings } from '../settings/settings.ts';
import { estimate, type Machines, type RunEstimate, type Speeds, withPaces } from './estimate.ts';
import type { T5Shape } from './model-shape.ts';
import { type ExamplesPerText, type PlannedClass, plannedWork } from './work.ts';

export interface Advice {
  /** What to write: `--set generate.target=median`, or `--workers 12`. */
  setting: string;
  /** What that means. */
  meaning: string;
  /** Seconds of the whole run with it. */
  seconds: number;
}

export interface Planned {
  corpus: { rows: number; classes: readonly PlannedClass[]; wordsPerText: number };
  settings: RunSettings;
  examples: ExamplesPerText;
  speeds: Speeds;
  machines: Machines;
  shape: T5Shape;
}

interface Change {
  setting: string;
  meaning: string;
  settings: RunSettings;
  /** Times of a training step and of a batch, as shares of those before. */
  step: number;
  batch: number;
}

const DAY = 24 * 3600;

/**
 * Single changes, each by itself, the most helpful first; then those of the amount together, and how many workers make
 * a day of the run as it is.
 * @param small a smaller model that may be tried
 */
export function planAdvice(
  planned: Planned,
  now: RunEstimate,
  small: { id: string; shape: T5Shape },
): Advice[] {
  const changes = changesOf(planned, small);
  const single = changes
    .map((change) => ({ change, seconds: secondsWith(planned, change) }))
    .filter(({ seconds }) => seconds < 0.9 * now.total)
    .sort((a, b) => a.seconds - b.seconds);
  const advice = single.map(({ change: { setting, meaning }, seconds }) => ({ setting, meaning, seconds }));
  if (single.length > 1) {
    const all = single.reduce(
      (joined, { change }) => joinChanges(joined, change, planned.settings),
      single[0]!.change,
    );
    advice.push({
      setting: single.map(({ change }) => change.setting).join(' '),
      meaning: 'all of these together',
      seconds: secondsWith(planned, all),
    });
  }
  return [...advice, ...workersForADay(planned)];
}

function changesOf({ settings, shape }: Planned, small: { id: string; shape: T5Shape }): Change[] {
  const { generate, fineTune } = settings;
  const same = { step: 1, batch: 1 };
  const changes: Change[] = [];
  const add = (setting: string, meaning: string, change: Partial<RunSettings>, speed: Partial<typeof same>) =>
    changes.push({
      setting: `--set ${setting}`,
      meaning,
      settings: { ...settings, ...change },
      ...same,
      ...speed,
    });
  if (generate.target !== 'median')
    add(
      'generate.target=median',
      'records up to the median class',
      { generate: { ...generate, target: 'median' } },
      {},
    );
  if (generate.maxLength > 64) {
    const shorter = { ...generate, minLength: Math.min(generate.minLength, 32), maxLength: 64 };
    add(
      'generate.minLength=32 --set generate.maxLength=64',
      'records of 64 tokens at most',
      { generate: shorter },
      { batch: 64 / generate.maxLength },
    );
  }
  if (generate.numBeams > 1)
    add(
      'generate.numBeams=1',
      'greedy search',
      { generate: { ...generate, numBeams: 1 } },
      { batch: 1 / generate.numBeams },
    );
  if (fineTune.epochs > 2)
    add('fineTune.epochs=2', 'two passes over the texts', { fineTune: { ...fineTune, epochs: 2 } }, {});
  const ratio = small.shape.weights / shape.weights;
  if (ratio < 0.8)
    add(`model=${small.id}`, 'a smaller model', { model: small.id }, { step: ratio, batch: ratio });
  return changes;
}

function joinChanges(a: Change, b: Change, before: RunSettings): Change {
  if (a === b) return a;
  const generate = { ...a.settings.generate };
  for (const [name, value] of Object.entries(b.settings.generate))
    if (value !== before.generate[name as keyof typeof generate]) Object.assign(generate, { [name]: value });
  const changed = <K extends 'fineTune' | 'model'>(key: K) =>
    b.settings[key] === before[key] ? a.settings[key] : b.settings[key];
  return {
    ...a,
    settings: { ...a.settings, generate, fineTune: changed('fineTune'), model: changed('model') },
    step: a.step * b.step,
    batch: a.batch * b.batch,
  };
}

function secondsWith({ corpus, examples, speeds, machines }: Planned, change: Change): number {
  const { model } = speeds;
  const slower = withPaces(
    model,
    (training) => model[training]!.secondsPerStep * change.step,
    model.secondsPerBatch * change.batch,
  );
  return estimate(plannedWork(corpus, change.settings, examples), { ...speeds, model: slower }, machines)
    .total;
}

const MOST_WORKERS = 512;

/** How many workers like this one make a day of the run; nothing where it is one already, or none suffice. */
function workersForADay({ corpus, settings, examples, speeds, machines }: Planned): Advice[] {
  const work = plannedWork(corpus, settings, examples);
  for (let workers = machines.workers; workers <= MOST_WORKERS; workers = Math.ceil(workers * 1.25)) {
    const { total } = estimate(work, speeds, { ...machines, workers });
    if (total <= DAY && workers > machines.workers)
      return [
        { setting: `--workers ${workers}`, meaning: `${workers} machines like this one`, seconds: total },
      ];
    if (total <= DAY) return [];
  }
  return [];
}
