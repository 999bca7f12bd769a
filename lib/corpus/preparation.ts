/** The summary of the prepare stage: `preparation.json`. */
import path from 'node:path';
import { increase } from '../arithmetic/counts.ts';
import { sum, sumBy } from '../arithmetic/sums.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { Decisions } from './decide.ts';
import type { SourceFile } from './inspect.ts';
import type { MergedLabel } from './labels.ts';
import type { Page } from './page.ts';
import { type DropReason, REASONS, type RecordTable } from './record-table.ts';
import { type RejectedRow, type RejectReason, type Repair, type Row, rejectionReason } from './rows.ts';
import { shorten } from './shorten.ts';
import type { Dialect } from './source/dialect.ts';
import type { Side, SplitClass } from './split.ts';

export interface PreparationDetails {
  /** How each file was read. */
  sources: (Pick<SourceFile, 'file' | 'format' | 'compression' | 'encoding'> & Partial<Dialect>)[];
  /** Rows of the source, rejected ones included. */
  read: number;
  rejected: Partial<Record<RejectReason, number>>;
  repaired: Partial<Record<Repair, number>>;
  /** Records kept with undetermined language, by class. */
  unknownLanguage: Record<string, number>;
  mergedLabels: MergedLabel[];
  /** Dropped duplicates whose page also appears under another label. */
  conflicts: number;
  /** Records that are in neither file, by reason and class; of each reason the 50 largest classes, the rest as `(others)`. */
  dropped: Partial<Record<DropReason, Record<string, number>>>;
  /** The beginnings of some dropped records. */
  samples: Partial<Record<DropReason, (Page & { duplicateOf?: string })[]>>;
  /** Records moved to the other side of the split, where their class had none. */
  moved: { id: string; label: string; side: Side }[];
  /** Most frequent first. */
  classes: SplitClass[];
  train: number;
  test: number;
}

/** Keeps the summary small where the label column holds anything but classes. */
const MOST_CLASSES_NAMED = 50;
const SAMPLES = 5;
const SAMPLE_LENGTH = 300;

/** What is counted while rows are read. */
export class RowFindings {
  read = 0;
  readonly repaired = new Map<Repair, number>();
  readonly rejected = new Map<RejectReason, number>();
  readonly #firstRejected: RejectedRow[] = [];

  add(rows: readonly Row[]): void {
    this.read += rows.length;
    for (const row of rows) {
      if (row.kind === 'record') for (const what of row.repaired) increase(this.repaired, what);
      else {
        increase(this.rejected, row.reason);
        if (this.#firstRejected.length < 3) this.#firstRejected.push(row);
      }
    }
  }

  /** @throws {InvalidInput} where there is no row, or too large a share of them was set aside; it shows the first three */
  requireReadable(files: readonly SourceFile[], maxRejected: number): void {
    const place = files.length === 1 ? files[0]!.file : `${files.length} files`;
    if (this.read === 0)
      throw new InvalidInput(place, 'there is a header, and no row below it', 'Name a file with records.');
    const rejected = sum(this.rejected.values());
    if (rejected <= this.read * maxRejected) return;
    const first = this.#firstRejected.map((row) => `${row.file}:${row.line} ${rejectionReason(row)}`);
    throw new InvalidInput(
      place,
      `${rejected} of ${this.read} rows cannot be read (${first.join('; ')})`,
      `At most ${maxRejected * 100} % may be (maxRejected); repair or remove these rows, or check csv, columns.text and columns.label.`,
    );
  }
}

/** All of it, in an order that the source alone decides. */
export function summarisePreparation(
  sources: readonly SourceFile[],
  findings: RowFindings,
  decisions: Decisions,
  table: RecordTable,
): PreparationDetails {
  const { classes, mergedLabels, conflicts } = decisions;
  const isUnknown = (record: number) => table.isKept(record) && table.isUnknownLanguage[record] === 1;
  const reasons = REASONS.filter((reason) => reason !== undefined).map((reason) => {
    const counts = table.countLabels((record) => table.reasonOf(record) === reason);
    return [reason, largestClasses(counts)] as const;
  });
  return {
    sources: sources.map(({ file, format, compression, encoding, dialect }) => ({
      file: path.basename(file),
      format,
      compression,
      encoding,
      ...dialect,
    })),
    read: findings.read,
    rejected: Object.fromEntries(findings.rejected),
    repaired: Object.fromEntries(findings.repaired),
    unknownLanguage: largestClasses(table.countLabels(isUnknown)),
    mergedLabels: mergedLabels.slice(0, MOST_CLASSES_NAMED),
    conflicts,
    dropped: Object.fromEntries(reasons.filter(([, counts]) => Object.keys(counts).length > 0)),
    samples: samplesOf(table, decisions),
    moved: decisions.moved.map(({ record, side }) => ({
      id: table.pageOf(record).id,
      label: table.labelOf(record),
      side,
    })),
    classes,
    train: sumBy(classes, ({ train }) => train),
    test: sumBy(classes, ({ test }) => test),
  };
}

function samplesOf(table: RecordTable, { firstOf }: Decisions): PreparationDetails['samples'] {
  const samples: PreparationDetails['samples'] = {};
  for (let record = 0; record < table.count; record++) {
    const reason = table.reasonOf(record);
    if (reason === undefined || (samples[reason]?.length ?? 0) >= SAMPLES) continue;
    const { id, text } = table.pageOf(record);
    samples[reason] ??= [];
    samples[reason].push({
      id,
      label: table.labelOf(record),
      text: shorten(text, SAMPLE_LENGTH),
      ...(reason.includes('duplicate') && { duplicateOf: table.pageOf(firstOf(record)).id }),
    });
  }
  return samples;
}

function largestClasses(counts: ReadonlyMap<string, number>): Record<string, number> {
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = ordered.slice(0, MOST_CLASSES_NAMED);
  const others = sumBy(ordered.slice(MOST_CLASSES_NAMED), ([, count]) => count);
  return Object.fromEntries(others > 0 ? [...named, ['(others)', others]] : named);
}
