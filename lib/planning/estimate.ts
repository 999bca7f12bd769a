/** How long work takes at given speeds on given machines. Pure. */
import { sum } from '../arithmetic/sums.ts';
import type { Work } from './work.ts';

export interface TrainingSpeed {
  secondsPerStep: number;
  examplesPerText: number;
}

export interface ModelSpeed {
  fineTune: TrainingSpeed;
  /** Training from random weights, and the tokenizer that it needs. */
  pretrain?: TrainingSpeed & { tokenizerSeconds: number };
  adapt?: TrainingSpeed;
  /** Seconds for a batch of prompts decoded to `generate.maxLength`, with as many at once as a stage decodes. */
  secondsPerBatch: number;
  /** Resident memory of a process that trains, and of one that generates, in bytes. */
  trainingBytes: number;
  generationBytes: number;
}

/** Until a stage's process is ready for its work, without and with the engine. */
export interface Starts {
  startSeconds: number;
  modelStartSeconds: number;
}

/** What was measured of this machine. */
export interface Speeds extends Starts {
  /** Of one training of the classifier, on one core. */
  classifierWordsPerSecond: number;
  model: ModelSpeed;
  /** To read and to write the model's files once. */
  modelFileSeconds: number;
}

export interface Machines {
  workers: number;
  /** Model processes at a time on each. */
  modelSlots: number;
  cores: number;
}

/** Seconds of the parts of a run, one after the other; `baselines` is what they add beside the branches. */
export interface RunEstimate {
  prepare: number;
  model: number;
  branches: number;
  baselines: number;
  evaluate: number;
  report: number;
  total: number;
  /** What the slowest branch's training takes, and all generation, by themselves. */
  longestTraining: number;
  generation: number;
  /** Memory of a worker's model processes together, in bytes. */
  memory: number;
}

/**
 * Merge, comparison and report, one after the other, take as long as so many starts of a process: three are their own,
 * the others stand for the report's charts.
 */
const CLOSING_STARTS = 7;

/**
 * How long the work takes.
 * @param pace times of a training step and of a batch, as shares of those measured
 * @returns seconds, and bytes
 */
export function estimate(
  work: Work,
  speeds: Speeds,
  machines: Machines,
  pace = { step: 1, batch: 1 },
): RunEstimate {
  const { startSeconds, modelStartSeconds, model, modelFileSeconds } = speeds;
  const training = (steps: number, secondsPerStep: number) =>
    steps === 0 ? 0 : modelStartSeconds + steps * secondsPerStep * pace.step + 2 * modelFileSeconds;
  const secondsPerBatch = model.secondsPerBatch * pace.batch;
  const slots = machines.workers * machines.modelSlots;
  const base =
    training(work.pretrainSteps, model.pretrain?.secondsPerStep ?? 0) +
    (work.pretrainSteps > 0 ? (model.pretrain?.tokenizerSeconds ?? 0) : 0) +
    training(work.adaptSteps, model.adapt?.secondsPerStep ?? 0);
  const tasks = work.branches
    .filter(({ wanted }) => wanted > 0)
    .map(({ steps, shards }) => [
      training(steps, model.fineTune.secondsPerStep),
      ...shards.map((batches) => modelStartSeconds + batches * secondsPerBatch + modelFileSeconds),
    ]);
  const classify = (words: number) => startSeconds + words / speeds.classifierWordsPerSecond;
  const cores = machines.cores * machines.workers;
  const evaluations = work.classifierWords.generated.map(classify);
  const used = Math.min(machines.modelSlots, Math.max(1, tasks.length));
  const parts = {
    // The plan has prepared the corpus; the run looks through the source again.
    prepare: startSeconds,
    model: base,
    branches: makespan(tasks, slots),
    baselines: sum(work.classifierWords.baselines.map(classify)) / cores,
    // They run at once, as far as there are cores.
    evaluate: Math.max(0, ...evaluations, sum(evaluations) / cores),
    report: CLOSING_STARTS * startSeconds,
  };
  return {
    ...parts,
    total: sum(Object.values(parts)),
    longestTraining: Math.max(0, ...tasks.map(([first]) => first!)),
    generation: sum(tasks.flatMap((each) => each.slice(1))),
    memory: used * Math.max(model.trainingBytes, model.generationBytes),
  };
}

/**
 * When the last of several chains ends that share slots: the first task of a chain must be done before its others, which
 * run beside each other. A free slot takes the task that has been ready longest.
 */
export function makespan(chains: readonly (readonly number[])[], slots: number): number {
  const free = Array.from({ length: Math.max(1, slots) }, () => 0);
  const ready = chains.map(([first = 0, ...rest]) => ({ at: 0, seconds: first, rest }));
  let end = 0;
  while (ready.length > 0) {
    ready.sort((a, b) => a.at - b.at);
    const { at, seconds, rest } = ready.shift()!;
    const slot = free.indexOf(Math.min(...free));
    const done = Math.max(free[slot]!, at) + seconds;
    free[slot] = done;
    end = Math.max(end, done);
    for (const next of rest) ready.push({ at: done, seconds: next, rest: [] });
  }
  return end;
}

/** The figures of a model of `layers` layers from those with one and two; nothing shrinks when a layer is added. */
export const extrapolate = <T>(one: T, two: T, layers: number): T =>
  combine([one, two], ([first, second]) => first! + Math.max(0, second! - first!) * (layers - 1));

/** Figures of the same form made one, number by number. */
export function combine<T>(all: readonly T[], how: (numbers: number[]) => number): T {
  const [first] = all;
  if (typeof first !== 'object') return how(all as unknown as number[]) as T;
  const names = Object.keys(first!) as (keyof T)[];
  const combined = names.map((name) => [
    name,
    combine(
      all.map((figures) => figures[name]),
      how,
    ),
  ]);
  return Object.fromEntries(combined) as T;
}
