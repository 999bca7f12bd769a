import type { ReportedAudit } from '../../evaluation/finding-schemas.ts';
import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import type { Report } from '../schema.ts';
import { className, figure, rounded, whole } from '../words.ts';
import { type Column, classTable } from './tables.ts';

type AuditedClass = ReportedAudit & { name: string };

const NAME: Column<AuditedClass> = ['class', ({ name }) => className(name)];

/** Whether the test leaked into the generated records, what of them is copied, and how they compare with real ones. */
export function auditSection(report: Report): Html | undefined {
  const audited = byFrequency(report).flatMap(([name]): AuditedClass[] =>
    Object.hasOwn(report.audit, name) ? [{ name, ...report.audit[name]! }] : [],
  );
  if (audited.length === 0) return undefined;
  return html`
<p>Records that have a long run of words in common with a test record or are nearly one, and copies of training records of their class. Text that a model has not read it can have by chance only, or by a leak: how often chance does it, real records show that have something of the test which no other page has.</p>
${classTable('Overlaps', audited, [
  NAME,
  ['repeats the test', ({ repeatsTest }) => whole(repeatsTest.generated)],
  ['with text its model has not read', ({ repeatsTest }) => whole(repeatsTest.beyondTraining), 'long'],
  ['real records that repeat it', ({ repeatsTest }) => whole(repeatsTest.real)],
  ['with text no other page has', ({ repeatsTest }) => whole(repeatsTest.realBeyondOthers), 'long'],
  ['copies training records', ({ copies }) => whole(copies.generated)],
  ['whole', ({ copies }) => whole(copies.whole)],
  ['for example', examplesOf, 'words reason'],
])}
<p>Generated records, then as many real ones of the class, each beside as many other real ones, at equal lengths: distinct pairs of words as a share of all, self-BLEU (1 where all texts are the same), runs of four words that no other training record has, and the divergence of their vocabularies (0 where they are one). Words of a record are those of all, uncut.</p>
${classTable('Likeness', audited, [
  NAME,
  ['sample', ({ likeness }) => (likeness ? whole(likeness.sample) : '–')],
  ['distinct pairs', ({ likeness }) => both(likeness?.diversity, ({ distinct2 }) => figure(distinct2))],
  ['self-BLEU', ({ likeness }) => both(likeness?.diversity, ({ selfBleu }) => figure(selfBleu))],
  ['median words', ({ length }) => both(length, ({ median }) => rounded(median))],
  ['novel', ({ likeness }) => both(likeness?.novelty, figure)],
  ['divergence', ({ likeness }) => both(likeness?.vocabulary, ({ divergence }) => figure(divergence))],
])}`;
}

function examplesOf({ repeatsTest, copies }: ReportedAudit): string {
  const ids = [...new Set([...repeatsTest.examples, ...copies.examples])];
  return ids.slice(0, 3).map(className).join(', ');
}

function both<T>(pair: { generated: T; real: T } | undefined, words: (value: T) => string): string {
  return pair ? `${words(pair.generated)} / ${words(pair.real)}` : '–';
}
