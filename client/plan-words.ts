/** A plan as text. */
import { sum, sumBy } from '../lib/arithmetic/sums.ts';
import { NO_CLASS_LACKS_RECORDS } from '../lib/balancing/target.ts';
import { shortList } from '../lib/corpus/shorten.ts';
import type { BranchWork } from '../lib/planning/work.ts';
import { whole } from '../lib/report/words.ts';
import type { Plan } from './make-plan.ts';
import { skippedFileLines } from './outcome.ts';
import { megabytes } from './watching/words.ts';

const DAY = 24 * 3600;

/** The plan as text: source, classes, training, generation, time, and what would shorten it. */
export function describePlan(plan: Plan): string {
  const { survey, work, left, cached, estimate, machines, model, speeds } = plan;
  const kept = work.train + work.test;
  const { frequent, rare, records, memory } = outlineOf(plan);
  return [
    `Source:     ${plan.files.join(', ')}`,
    ...skippedFileLines(shortList(plan.passedOver)),
    `Cleaning:   ${count(work.rows)} rows, ${megabytes(survey.bytes)}; ${count(kept)} records of ${survey.classes.length} classes kept, ${cached.prepared ? 'done before' : `in ${roundedDuration(speeds.prepareSeconds)}`}`,
    `Classes:    ${frequent} frequent and ${rare} rare; records for training:`,
    ...survey.classes.map(({ name, kind, train }) => classLine(name, kind, train, work.branches)),
    `Model:      ${count(model.weights / 1e6)} M weights${model.assumed ? ` (${model.assumed})` : ''}, ${gibibytes(memory)} for ${machines.modelSlots === 1 ? 'one process' : `${machines.modelSlots} processes`}`,
    `Training:   ${count(work.pretrainSteps + work.adaptSteps + sum(work.branches.map(({ steps }) => steps)))} steps, ${pace(speeds.model.fineTune.secondsPerStep)} each when fine-tuning`,
    ...(records > 0 ? [] : [NO_CLASS_LACKS_RECORDS]),
    `Generation: ${count(records)} records of ${count(work.tokens.least)} to ${count(work.tokens.most)} tokens in all, ${pace(speeds.model.secondsPerBatch)} a batch`,
    `Cached:     ${cachedWords(plan)}`,
    `Time here:  about ${roundedDuration(estimate.total)} with ${machines.workers === 1 ? 'one worker' : `${machines.workers} workers`} of ${machines.modelSlots} model ${machines.modelSlots === 1 ? 'slot' : 'slots'}: ${parts(plan)}`,
    ...(left.branches.length > 0 && estimate.total > DAY ? longRun(plan) : []),
  ].join('\n');
}

function classLine(name: string, kind: string, train: number, branches: readonly BranchWork[]): string {
  const branch = branches.find((each) => each.class === name);
  if (!branch) return `  ${name}: ${count(train)}, ${kind}`;
  return `  ${name}: ${count(train)}, rare: ${count(branch.steps)} training steps, ${count(branch.wanted)} records to generate`;
}

function cachedWords({ cached, work }: Plan): string {
  if (cached.sameRun) return `all of it: ${cached.sameRun} did the same`;
  const branches = Object.values(cached.branches);
  const trained = branches.filter((branch) => branch.trained).length;
  const made = sumBy(branches, (branch) => branch.shards);
  const shards = sumBy(work.branches, (branch) => branch.shards.length);
  const found = [
    ...(cached.prepared ? ['the prepared corpus'] : []),
    ...(cached.base ? ['the T5 trained on it'] : []),
    ...(trained > 0 ? [`${trained} of ${work.branches.length} fine-tuned models`] : []),
    ...(made > 0 ? [`${made} of ${shards} shards of generated records`] : []),
  ];
  const from = cached.previous
    ? `; classes that changed little reuse their model of ${cached.previous}, which is not counted here`
    : '';
  return `${found.join(', ') || 'nothing'}${from}`;
}

function parts({ estimate }: Plan): string {
  const named: [string, number][] = [
    ['prepare', estimate.prepare],
    ['the T5', estimate.model],
    ['branches', estimate.branches],
    ['evaluation', estimate.baselines + estimate.evaluate],
    ['report', estimate.report],
  ];
  return named
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `${name} ${roundedDuration(seconds)}`)
    .join(', ');
}

function longRun({ estimate, advice }: Plan): string[] {
  const howLong = estimate.total >= 14 * DAY ? 'That is weeks' : 'That is days';
  if (advice.length === 0) return [`${howLong}.`];
  return [
    `${howLong}. What brings it down:`,
    ...advice.map(
      ({ setting, meaning, seconds }) => `  ${roundedDuration(seconds)}: ${setting}  (${meaning})`,
    ),
  ];
}

/** `45 s`, `12 min`, `3.5 h`, `4.2 days`, `7.1 weeks`. */
export function roundedDuration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * DAY) return `${(seconds / 3600).toFixed(1)} h`;
  if (seconds < 14 * DAY) return `${(seconds / DAY).toFixed(1)} days`;
  return `${(seconds / DAY / 7).toFixed(1)} weeks`;
}

/** `roundedDuration` with two digits for short durations. */
const pace = (seconds: number) => (seconds < 10 ? `${seconds.toPrecision(2)} s` : roundedDuration(seconds));
const count = (value: number) => whole(Math.round(value));
const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** The figures for comparing presets: seconds, bytes, classes, and records to generate. */
export function outlineOf({ estimate, survey, work }: Plan) {
  const rare = survey.classes.filter(({ kind }) => kind === 'rare').length;
  return {
    seconds: estimate.total,
    memory: estimate.memory,
    frequent: survey.classes.length - rare,
    rare,
    records: sumBy(work.branches, ({ wanted }) => wanted),
  };
}

/** The outline of a plan. */
export type PlanOutline = ReturnType<typeof outlineOf>;

/** One line per preset, or why it does not suit these classes. */
export function describePresets(presets: Record<string, PlanOutline | { problem: string }>): string {
  const width = Math.max(...Object.keys(presets).map((name) => name.length));
  const lines = Object.entries(presets).map(([name, outline]) => {
    const words =
      'problem' in outline
        ? outline.problem
        : `about ${roundedDuration(outline.seconds)}, ${outline.frequent} frequent and ${outline.rare} rare classes, ${whole(outline.records)} records to generate, ${gibibytes(outline.memory)}`;
    return `  ${name.padEnd(width)}  ${words}`;
  });
  return ['Presets (--preset):', ...lines].join('\n');
}
