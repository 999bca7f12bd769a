/** Which settings bring the time of a run down, and by how much. Pure. */
import type { GenerateSettings, RunSettings } from '../settings/settings.ts';
import { estimate, type Machines, type RunEstimate, type Speeds } from './estimate.ts';
import type { T5Shape } from './model-shape.ts';
import { type ExamplesPerText, type PlannedCorpus, plannedWork } from './work.ts';

export interface Advice {
  /** What to write: `--set generate.target=median`, or `--workers 12`. */
  setting: string;
  meaning: string;
  /** Seconds of the whole run with it. */
  seconds: number;
}

export interface Planned {
  corpus: PlannedCorpus;
  settings: RunSettings;
  examples: ExamplesPerText;
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
export function planAdvice(
  planned: Planned,
  now: RunEstimate,
  small: { id: string; shape: T5Shape },
): Advice[] {
  const single = changesOf(planned, small)
    .map((change) => ({ change, seconds: secondsWith(planned, [change]) }))
    .filter(({ seconds }) => seconds < 0.9 * now.total)
    .sort((a, b) => a.seconds - b.seconds);
  const advice = single.map(({ change: { setting, meaning }, seconds }) => ({ setting, meaning, seconds }));
  if (single.length > 1)
    advice.push({
      setting: single.map(({ change }) => change.setting).join(' '),
      meaning: 'all of these together',
      seconds: secondsWith(
        planned,
        single.map(({ change }) => change),
      ),
    });
  return [...advice, ...workersForADay(planned)];
}

function changesOf({ settings, shape }: Planned, small: { id: string; shape: T5Shape }): Change[] {
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

function secondsWith(
  { corpus, settings, examples, speeds, machines }: Planned,
  changes: readonly Change[],
): number {
  const changed = changes.reduce((run, { apply }) => apply(run), settings);
  const shareOf = (what: 'step' | 'batch') =>
    changes.reduce((product, { [what]: share = 1 }) => product * share, 1);
  const pace = { step: shareOf('step'), batch: shareOf('batch') };
  return estimate(plannedWork(corpus, changed, examples), speeds, machines, pace).total;
}

const MOST_WORKERS = 512;

/** How many workers like this one make a day of the run; nothing where it is one already, or none suffice. */
function workersForADay({ corpus, settings, examples, speeds, machines }: Planned): Advice[] {
  const work = plannedWork(corpus, settings, examples);
  for (let workers = machines.workers; workers <= MOST_WORKERS; workers = Math.ceil(workers * 1.25)) {
    const { total } = estimate(work, speeds, { ...machines, workers });
    if (total > DAY) continue;
    const meaning = `${workers} machines like this one`;
    return workers > machines.workers ? [{ setting: `--workers ${workers}`, meaning, seconds: total }] : [];
  }
  return [];
}
