/** Decides which records to keep once all are read: the last of each id, the first of each duplicate, the chosen classes. */
import type { PrepareSettings } from '../settings/prepare-settings.ts';
import type { DuplicateSettings } from '../settings/settings.ts';
import { chooseClasses } from './classes.ts';
import { bandingFor } from './duplicates/bands.ts';
import { groupDuplicates, groupsOfEqualKeys, keyOfDigest } from './duplicates/group-duplicates.ts';
import { type MergedLabel, mergeSpellings } from './labels.ts';
import type { RecordTable } from './record-table.ts';
import { type Split, splitClasses } from './split.ts';

/** Decisions on records, by number, in addition to those in the table. */
export interface Decisions extends Split {
  mergedLabels: MergedLabel[];
  /** The first record with the same page. */
  firstOf(record: number): number;
  /** Dropped duplicates whose page also appears under another label. */
  conflicts: number;
  /** For records with ids derived from the text: how many earlier ones have the same id. */
  repetitions: ReadonlyMap<number, number>;
}

/**
 * Decides on every record that the table still keeps.
 * @param pause called often with the share of the comparing that is done; a rejection ends it
 * @throws {InvalidInput} where classes or sides cannot be had from these records
 */
export async function decide(
  table: RecordTable,
  settings: Pick<PrepareSettings, 'classes' | 'split' | 'duplicates' | 'validation'>,
  pause: (done: number) => Promise<void>,
): Promise<Decisions> {
  const repetitions = dropRepeatedIds(table);
  const mergedLabels = mergeLabels(table);
  const { firstOf, conflicts } = await dropDuplicates(table, settings.duplicates, pause);
  const counts = table.countLabels((record) => table.isKept(record));
  const chosen = chooseClasses(counts, settings.classes);
  const names = new Set(chosen.map(({ name }) => name));
  for (const record of table.kept())
    if (!names.has(table.labelOf(record))) table.drop(record, 'class not chosen');
  const sides = splitClasses(table, chosen, firstOf, settings.split, settings.validation);
  return { ...sides, repetitions, mergedLabels, firstOf, conflicts };
}

/** Drops all but the last record of each id; of made ids none, but it returns their repetitions. */
function dropRepeatedIds(table: RecordTable): Map<number, number> {
  const repetitions = new Map<number, number>();
  for (const records of groupsOfEqualKeys(table.count, (record) => keyOfDigest(table.ids[record]!))) {
    const last = new Map<bigint, number>();
    for (const record of records) {
      const id = table.ids[record]!;
      const before = last.get(id);
      last.set(id, record);
      if (before === undefined) continue;
      if (table.isIdMade[record] === 1) repetitions.set(record, (repetitions.get(before) ?? 0) + 1);
      else table.drop(before, 'repeated id');
    }
  }
  return repetitions;
}

/** Replaces each record's label with the spelling of its class. */
function mergeLabels(table: RecordTable): MergedLabel[] {
  const { spelling, merged } = mergeSpellings(
    table.countLabels((record) => table.reasonOf(record) !== 'repeated id'),
  );
  for (const [at, label] of table.labels.entries()) table.labels[at] = spelling.get(label) ?? label;
  return merged;
}

async function dropDuplicates(
  table: RecordTable,
  { drop, similarity }: DuplicateSettings,
  pause: (done: number) => Promise<void>,
): Promise<Pick<Decisions, 'firstOf' | 'conflicts'>> {
  const { bands } = bandingFor(similarity);
  const { exact, firstOf } = await groupDuplicates({
    records: table.count,
    takesPart: (record) => table.isKept(record),
    digests: table.texts,
    bands,
    keysOf: (band) => table.keysOf(band),
    textOf: (record) => table.pageOf(record).text,
    similarity,
    pause,
  });
  let conflicts = 0;
  for (let record = 0; record < table.count; record++) {
    const first = firstOf(record);
    const isExact = exact[record] === 1;
    if (first === record || drop === 'none' || (drop === 'exact' && !isExact)) continue;
    table.drop(record, isExact ? 'duplicate text' : 'near-duplicate text');
    if (table.labelOf(record) !== table.labelOf(first)) conflicts++;
  }
  return { firstOf, conflicts };
}
