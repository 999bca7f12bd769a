import { type Html, html } from '../html.ts';
import type { Report } from '../schema.ts';
import { listed, whole } from '../words.ts';
import { wideTable } from './wide-table.ts';

/** Where the figures come from: inputs, model, seeds, versions and every setting. */
export function provenanceSection({ provenance, dataset }: Report): Html {
  const { sources, model, settings, seeds, inputs, versions } = provenance;
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
)}${Object.entries(inputs).map(
  ([name, digest]) => html`<dt>${name}</dt><dd><code>${digest}</code></dd>
`,
)}</dl>
<details><summary>Settings</summary>
${wideTable(
  'Settings',
  html`<thead><tr><th scope="col">setting</th><th scope="col">value</th></tr></thead>
<tbody>${flattened(settings).map(
    ([path, value]) => html`<tr><th scope="row"><code>${path}</code></th><td>${value}</td></tr>
`,
  )}</tbody>`,
)}</details></section>`;
}

/** `fineTune.epochs`, `5`: every setting by its path. */
function flattened(value: unknown, path: readonly string[] = []): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flattened(inner, [...path, name]));
}
