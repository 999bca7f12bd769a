/** The dataset card: a README.md with the front matter of the Hugging Face hub, so that the folder can be pushed as it is. */
import { increase } from '../arithmetic/counts.ts';
import { sumBy } from '../arithmetic/sums.ts';
import { AVERAGES } from '../evaluation/methods.ts';
import type { Chart } from './charts/chart.ts';
import { byFrequency } from './classes.ts';
import { inTableOrder, METHOD_NAMES, protocolsOf } from './methods.ts';
import type { Report } from './schema.ts';
import { plural, shortName, whole, withMargin } from './words.ts';

const COLUMNS: readonly [name: string, meaning: string][] = [
  ['id', 'id of the record; of a generated one, `generated-`, its class and the number of its prompt'],
  ['text', 'the cleaned text'],
  ['label', 'the class'],
  ['origin', '`real` or `generated`'],
  ['branch', 'the class whose model generated the record; empty for a real one'],
];

/** The card, as Markdown. The data files lie in `dataset/` beside it. */
export function datasetCard(report: Report, charts: readonly Chart[]): string {
  const { dataset, verdict, cleaning } = report;
  const generated = generatedRecords(report);
  return `${frontMatter(report)}
# ${escapeMarkdown(shortName(dataset, 80))}, balanced

${plural(cleaning.train, 'real training record')}, ${plural(generated, 'generated one')} and ${plural(cleaning.test, 'held-out test record')}, put together by Counterpoise.
${[verdict.sentence, verdict.grounds, verdict.paper].flatMap((text) => (text ? [escapeMarkdown(text)] : [])).join('\n')}

${caution(report, generated)}
## Content

| file | what it is |
| --- | --- |
| \`dataset/balanced.csv\` | the training records: real and generated |
| \`dataset/balanced.txt\` | the same in fastText's format |
| \`dataset/test.csv\`, \`test.txt\` | the held-out records: real, and seen by no model, keyword list or prompt |
| \`report.html\`, \`report.json\` | what balancing did, for people and for programs |

${table(
  ['column', 'meaning'],
  COLUMNS.map(([name, meaning]) => [`\`${name}\``, meaning]),
)}
## Classes

${table(
  ['class', 'training records', 'of these generated', 'test records', 'state'],
  byFrequency(report).map(([name, { train, generated, test, state }]) => [
    escapeMarkdown(shortName(name, 80)),
    ...[train + generated, generated, test].map(whole),
    state,
  ]),
)}
## What balancing did

${table(
  ['protocol', 'method', 'micro F1', 'macro F1', 'weighted F1'],
  protocolsOf(report).flatMap(([protocol, methods]) =>
    inTableOrder(methods).map(([method, { margins, ...result }]) => [
      protocol,
      METHOD_NAMES[method],
      ...AVERAGES.map((average) => withMargin(result[average], margins?.[average])),
    ]),
  ),
)}
${verdict.cautions.map((text) => `- ${escapeMarkdown(text)}\n`).join('')}
${charts.map(({ name, title }) => `![${title}](charts/${name}.png)\n`).join('')}
## Licence

What may be done with the records follows from the licences of the source and of the model; the source's is not known to
the program that wrote this card. Set \`license\` above before you publish.
`;
}

/** What a card says besides where models go along, by the folder of each. */
export const modelsSection = (folders: ReadonlyMap<string, string>): string => `
## Models

The T5 of each class that was balanced, as transformers reads it once its folder is on your disk:
\`hf download OWNER/NAME --repo-type dataset --include 'models/**' --local-dir .\`

${table(
  ['folder', 'class'],
  [...folders].map(([folder, name]) => [`\`${folder}\``, escapeMarkdown(shortName(name, 80))]),
)}`;

const generatedRecords = ({ classes }: Report) => sumBy(Object.values(classes), ({ generated }) => generated);

function frontMatter(report: Report): string {
  const { dataset, cleaning, provenance } = report;
  const generated = generatedRecords(report);
  const records = cleaning.train + cleaning.test + generated;
  const split = (name: string, file: string) => `      - split: ${name}\n        path: dataset/${file}`;
  return `---
pretty_name: ${JSON.stringify(`${shortName(dataset, 80)}, balanced`)}
${provenance.settings.language === 'eng' ? 'language:\n  - en\n' : ''}license: unknown
task_categories:
  - text-classification
size_categories:
  - ${sizeCategory(records)}
tags:
  - class-imbalance
${generated > 0 ? '  - synthetic\n' : ''}  - counterpoise
configs:
  - config_name: default
    data_files:
${split('train', 'balanced.csv')}
${split('test', 'test.csv')}
    keep_default_na: false
    features:
${features('      ')}
dataset_info:
  features:
${features('    ')}
---
`;
}

/** All columns are text: read by their looks, the id 007 would become 7, and a class called NA nothing. */
const features = (indent: string) =>
  COLUMNS.map(([name]) => `${indent}- name: ${name}\n${indent}  dtype: string`).join('\n');

const SIZES: readonly [below: number, category: string][] = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
  [1e8, '10M<n<100M'],
];

const sizeCategory = (records: number) => SIZES.find(([below]) => records < below)?.[1] ?? '100M<n<1B';

function caution(report: Report, generated: number): string {
  const { provenance, classes } = report;
  if (generated === 0) return 'All records are real; none were generated.\n';
  const writers = Object.values(classes).filter((each) => each.generated > 0).length;
  const model = escapeMarkdown(shortName(provenance.model, 80));
  return `> **${plural(generated, 'record')} of ${plural(writers, 'class', 'classes')} ${generated === 1 ? 'is' : 'are'} synthetic**, written by copies of this model, each fine-tuned on one
> class: ${model}. They are no facts: names, places and claims in them may be invented, wrong or offensive, and they may
> repeat what the model was trained on. Take them for training a classifier of these classes, not as knowledge about
> anybody. Leave them out with \`origin == "real"\`.
${strategiesWords(report)}`;
}

/** How the records were made and chosen, where that is not the published way. */
function strategiesWords({ classes }: Report): string {
  const kept = new Map<string, number>();
  const dropped = new Map<string, number>();
  for (const { branch } of Object.values(classes)) {
    if (!branch?.strategies) continue;
    for (const [name, counts] of Object.entries(branch.strategies)) increase(kept, name, counts.kept);
    for (const [reason, count] of Object.entries(branch.dropped)) increase(dropped, reason, count);
  }
  if (kept.size === 0) return '';
  const listed = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${whole(count)}`)
      .join(', ');
  return `
By strategy: ${listed(kept)}. \`infill\` is a real record with about half of its words written anew, \`sketch\` a record
written from words and fragments of real ones. Dropped by the filter: ${listed(dropped) || 'none'}.
`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  `${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;

/** Text that may have scraped names in it as Markdown on one line that means nothing but itself. */
const escapeMarkdown = (text: string) =>
  text
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
