import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES, verdictMethods } from '../methods.ts';
import type { Report, ReportedClass } from '../schema.ts';
import { className, whole, withMargin } from '../words.ts';
import { type Column, classTable } from './tables.ts';

/** Volumes and recall of each class, most frequent first. */
export function classesSection(report: Report): Html {
  const recallOf = inTableOrder(verdictMethods(report)).map(
    ([method, { recall, margins }]): Column<[string, ReportedClass]> => [
      METHOD_NAMES[method],
      ([name]) => (Object.hasOwn(recall, name) ? withMargin(recall[name]!, margins?.recall[name]) : '–'),
    ],
  );
  return html`
<p>Records of each class, and its recall with each method: the share of its test records that the classifier finds. Protocol: ${report.verdict.protocol}.</p>
${classTable('Classes', byFrequency(report), [
  ['class', ([name]) => className(name)],
  ['kind', ([, { kind }]) => kind, 'words'],
  ['training records', ([, { train }]) => whole(train)],
  ['generated', ([, { generated }]) => whole(generated)],
  ['test records', ([, { test }]) => whole(test)],
  ...recallOf,
])}`;
}
