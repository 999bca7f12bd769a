import type { Method } from '../../evaluation/methods.ts';
import { type Html, html } from '../html.ts';
import { METHOD_NAMES } from '../method-names.ts';
import type { Machine, Provenance, Report } from '../schema.ts';
import { className, duration, listed, plural, rounded, whole } from '../words.ts';
import { wideTable } from './wide-table.ts';

/** Where the figures come from: inputs, model, seeds, versions, durations, machines and every setting. */
export function provenanceSection({ provenance, dataset }: Report): Html {
  const { sources, model, settings, seeds, inputs, versions, run, machines } = provenance;
  return html`<section id="provenance"><h2>Provenance</h2>
<dl>
<dt>Dataset</dt><dd>${dataset}</dd>
${sources.map(
  ({ digest, bytes }) => html`<dt>Source</dt><dd><code>${digest}</code>, ${whole(bytes)} bytes</dd>
`,
)}<dt>Model</dt><dd>${model}</dd>
<dt>Seeds</dt><dd>split ${seeds.split}, fine-tuning ${seeds.fineTune}, generation ${seeds.generate}, evaluation ${listed(seeds.evaluation.map(String))}</dd>
${Object.entries(versions).map(
  ([name, version]) => html`<dt>Version</dt><dd>${name} ${version}</dd>
`,
)}${
  run &&
  html`<dt>Duration</dt><dd>${duration(run.seconds)}, from ${minuteOf(run.startedAt)} UTC</dd>
`
}${machines.map(
  (machine, place) =>
    html`<dt>Machine${machines.length > 1 && ` ${place + 1}`}</dt><dd>${machineWords(machine)}</dd>
`,
)}${Object.entries(inputs).map(
  ([name, digest]) => html`<dt>${withMethodNames(name)}</dt><dd><code>${digest}</code></dd>
`,
)}</dl>
${stepsTable(provenance)}<details><summary>Settings</summary>
${wideTable(
  'Settings',
  html`<thead><tr><th scope="col">setting</th><th scope="col">value</th></tr></thead>
<tbody>${flattened(settings).map(
    ([path, value]) => html`<tr><th scope="row"><code>${path}</code></th><td>${value}</td></tr>
`,
  )}</tbody>`,
)}</details></section>`;
}

/** What each step took, and where if there was more than one machine. */
function stepsTable({ steps, machines }: Provenance): Html | undefined {
  if (steps.length === 0) return undefined;
  const hasPlaces = machines.length > 1;
  return html`<details><summary>Durations</summary>
<p>By the clock, of each step when it was made, in this run or in the earlier one that it was taken over from. The run's duration leaves out the pauses between its steps, and this report.</p>
${wideTable(
  'Durations',
  html`<thead><tr><th scope="col">step</th><th scope="col" class="words">class</th><th scope="col">began, UTC</th><th scope="col">took</th>${
    hasPlaces && html`<th scope="col">machine</th>`
  }</tr></thead>
<tbody>${steps.map(
    (step) =>
      html`<tr><th scope="row">${STEP_NAMES[step.step] ?? withMethodNames(step.step)}</th><td class="words">${step.class === undefined ? '' : className(step.class)}</td><td>${minuteOf(step.startedAt)}</td><td>${duration(step.seconds)}</td>${
        hasPlaces && html`<td>${listed(step.machines.map((place) => String(place + 1)))}</td>`
      }</tr>
`,
  )}</tbody>`,
)}</details>
`;
}

/** `evaluate generatedOversample` as people read it. */
const withMethodNames = (words: string) =>
  words
    .split(' ')
    .map((word) => METHOD_NAMES[word as Method] ?? word)
    .join(' ');

const STEP_NAMES: Readonly<Record<string, string>> = { pretrain: 'pre-train', fineTune: 'fine-tune' };

function machineWords({ cpu, cores, memory, node, platform }: Machine): string {
  return `${cpu}, ${plural(cores, 'core')}, ${rounded(memory / 2 ** 30)} GiB of memory, Node ${node}, ${platform}`;
}

/** `2026-11-25 07:30`. */
const minuteOf = (iso: string) => iso.slice(0, 16).replace('T', ' ');

/** `fineTune.epochs`, `5`: every setting by its path. */
function flattened(value: unknown, path: readonly string[] = []): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flattened(inner, [...path, name]));
}
