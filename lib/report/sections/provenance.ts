import { details, type Html, html } from '../html.ts';
import type { Machine, Provenance, Report } from '../schema.ts';
import { className, duration, listed, plural, rounded, whole } from '../words.ts';
import { wideTable } from './tables.ts';

/** Where the figures come from: inputs, model, seeds, versions, durations, machines and every setting. */
export function provenanceSection({ provenance, dataset }: Report): Html {
  const { sources, model, settings, seeds, inputs, versions, run, machines } = provenance;
  return html`
<dl>
${[
  term('Dataset', dataset),
  ...sources.map(({ digest, bytes }) => term('Source', html`<code>${digest}</code>, ${whole(bytes)} bytes`)),
  term('Model', model),
  term(
    'Seeds',
    `split ${seeds.split}, fine-tuning ${seeds.fineTune}, generation ${seeds.generate}, evaluation ${listed(seeds.evaluation.map(String))}`,
  ),
  ...Object.entries(versions).map(([name, version]) => term('Version', `${name} ${version}`)),
  run && term('Duration', `${duration(run.seconds)}, from ${minuteOf(run.startedAt)} UTC`),
  ...machines.map((machine, place) =>
    term(machines.length > 1 ? `Machine ${place + 1}` : 'Machine', machineWords(machine)),
  ),
  ...Object.entries(inputs).map(([name, digest]) => term(name, html`<code>${digest}</code>`)),
]}</dl>
${stepsTable(provenance)}${details(
  'Settings',
  wideTable('Settings', flattened(settings), [
    ['setting', ([path]) => html`<code>${path}</code>`],
    ['value', ([, value]) => value],
  ]),
)}`;
}

const term = (name: string, description: Html | string) => html`<dt>${name}</dt><dd>${description}</dd>
`;

function stepsTable({ steps, machines }: Provenance): Html | undefined {
  if (steps.length === 0) return undefined;
  const table = wideTable('Durations', steps, [
    ['step', ({ step }) => STEP_NAMES[step] ?? step],
    ['class', (step) => (step.class !== undefined ? className(step.class) : ''), 'words'],
    ['began, UTC', ({ startedAt }) => minuteOf(startedAt)],
    ['took', ({ seconds }) => duration(seconds)],
    machines.length > 1 && ['machine', (step) => listed(step.machines.map((place) => String(place + 1)))],
  ]);
  return details(
    'Durations',
    html`<p>By the clock, of each step when it was made, in this run or in the earlier one that it was taken over from. The run's duration leaves out the pauses between its steps, and this report.</p>
${table}`,
  );
}

const STEP_NAMES: Readonly<Record<string, string>> = { pretrain: 'pre-train', fineTune: 'fine-tune' };

const machineWords = ({ cpu, cores, memory, node, platform }: Machine) =>
  `${cpu}, ${plural(cores, 'core')}, ${rounded(memory / 2 ** 30)} GiB of memory, Node ${node}, ${platform}`;

/** `2026-11-25 07:30`. */
const minuteOf = (iso: string) => iso.slice(0, 16).replace('T', ' ');

/** `fineTune.epochs`, `5`: every setting by its path. */
function flattened(value: unknown, path: readonly string[] = []): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flattened(inner, [...path, name]));
}
