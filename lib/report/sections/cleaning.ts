import { sum } from '../../arithmetic/sums.ts';
import { byFrequency } from '../classes.ts';
import { details, type Html, html, list } from '../html.ts';
import type { Cleaning, Report } from '../schema.ts';
import { className, listed, plural, whole } from '../words.ts';
import { type Column, classTable } from './tables.ts';

type Counts = Readonly<Record<string, number>>;

const OTHERS = '(others)';

/** What became of the rows of the source: rejected, repaired, dropped and why, by class. */
export function cleaningSection(report: Report): Html {
  const { cleaning } = report;
  const { read, train, test, mergedLabels, samples } = cleaning;
  const merged = mergedLabels.map(
    ({ from, to, records }) =>
      `“${className(from)}” became “${className(to)}” (${plural(records, 'record')})`,
  );
  return html`
<p>${plural(read, 'row')} read; ${plural(train, 'training record')} and ${plural(test, 'test record')} are left.</p>
${list(facts(cleaning))}
${droppedByClass(report)}${
  merged.length > 0 &&
  details(`${plural(merged.length, 'spelling')} of classes merged into others`, list(merged))
}${Object.entries(samples).map(([reason, records]) => details(`Examples: ${reason}`, list(records.map(sampleOf), 'samples')))}`;
}

const sampleOf = ({ id, label, text }: Cleaning['samples'][string][number]) =>
  html`<span class="prompt">${className(label)} · ${className(id)}</span>${text}`;

const sumOf = (counts: Counts) => sum(Object.values(counts));

const counted = (counts: Counts) =>
  listed(Object.entries(counts).map(([what, count]) => `${whole(count)} ${what}`));

function facts(cleaning: Cleaning): string[] {
  const { passedOver, rejected, repaired, unknownLanguage, conflicts, moved, dropped } = cleaning;
  const totals = Object.fromEntries(
    Object.entries(dropped).map(([reason, counts]) => [reason, sumOf(counts)]),
  );
  const files = passedOver.join(', ');
  const said: [count: number, what: string, more: string][] = [
    [passedOver.length, 'file', `passed over, empty or of another kind by the name: ${files}`],
    [sumOf(rejected), 'row', `could not be taken as records: ${counted(rejected)}`],
    [sumOf(totals), 'record', `left out: ${counted(totals)}`],
    [sumOf(repaired), 'repair', `made: ${counted(repaired)}`],
    [
      sumOf(unknownLanguage),
      'record',
      'kept whose language cannot be told: too short, or figures and tables',
    ],
    [moved, 'record', 'moved to the other side of the split, where the class had none'],
    [conflicts, 'record', 'with a text that stands under another class too; the first one was kept'],
  ];
  return said.filter(([count]) => count > 0).map(([count, what, more]) => `${plural(count, what)} ${more}.`);
}

/** The chosen classes by reason, since cleaning can change the balance by itself; all others together. */
function droppedByClass(report: Report): Html | undefined {
  const reasons = Object.entries(report.cleaning.dropped);
  if (reasons.length === 0) return undefined;
  const rows = byFrequency(report).map(([name, { train, test }]): string[] => [
    className(name),
    whole(train + test),
    ...reasons.map(([, counts]) => countOf(counts, name)),
  ]);
  const elsewhere = reasons.map(([, counts]) =>
    sum(Object.keys(counts).map((name) => (Object.hasOwn(report.classes, name) ? 0 : counts[name]!))),
  );
  const headings = ['class', 'kept', ...reasons.map(([reason]) => reason)];
  const columns = headings.map((heading, at): Column<string[]> => [heading, (row) => row[at]]);
  const foot = sum(elsewhere) > 0 ? ['all other classes', '0', ...elsewhere.map(whole)] : undefined;
  return html`<p>Records left out, by class and reason:</p>
${classTable('Dropped records by class', rows, columns, foot)}`;
}

/** A class that is not named has at most as many as the least of those that are. */
function countOf(counts: Counts, name: string): string {
  if (Object.hasOwn(counts, name)) return whole(counts[name]!);
  if (!Object.hasOwn(counts, OTHERS)) return '0';
  const { [OTHERS]: _, ...named } = counts;
  return `≤ ${whole(Math.min(...Object.values(named)))}`;
}
