/**
 * What becomes of records, once all are there: the last of each id stays, then the first of each group of duplicates,
 * then the chosen classes, each of which is split.
 */
import type { ClassSettings, DuplicateSettings, SplitSettings } from '../settings/settings.ts';
import { type ChosenClass, chooseClasses } from './classes.ts';
import { bandingFor } from './duplicates/bands.ts';
import { groupDuplicates } from './duplicates/group-duplicates.ts';
import { SortedKeys } from './duplicates/sorted-keys.ts';
import { type MergedLabel, mergeSpellings } from './labels.ts';
import type { RecordTable } from './record-table.ts';
import { type PreparedClass, type Side, splitClasses } from './split.ts';

export interface DecisionSettings {
  classes: ClassSettings;
  split: SplitSettings;
  duplicates: DuplicateSettings;
}

/** What became of records; each is known by its number. */
export interface Decisions {
  /** The class of a record, and whether that is another spelling than the source's. */
  labelOf(record: number): string;
  isRespelled(record: number): boolean;
  sideOf(record: number): Side;
  /** The first record of the duplicates that a record is one of. */
  firstOf(record: number): number;
  /** For records whose ids were made from their texts, how many of the same text stand before them, if any do. */
  repetitions: ReadonlyMap<number, number>;
  classes: PreparedClass[];
  mergedLabels: MergedLabel[];
  /** Dropped duplicates whose page stands under another label too. */
  conflicts: number;
  /** Records put on the other side than the hash says, so that their class has some on both. */
  moved: { record: number; side: Side }[];
}

/** Called now and then with the share done of what takes longest; a rejection ends the work. */
export type Breathe = (share: number) => Promise<void>;

/**
 * Decides on every record: drops those that are not kept, and says where the others belong.
 * @throws {InvalidInput} where the classes cannot be chosen or split as the settings want
 */
export async function decide(
  table: RecordTable,
  { classes, split, duplicates }: DecisionSettings,
  breathe: Breathe,
): Promise<Decisions> {
  const repetitions = dropRepeatedIds(table);
  const { labelOf, isRespelled, mergedLabels } = mergeLabels(table);
  const { firstOf, conflicts } = await dropDuplicates(table, labelOf, duplicates, breathe);
  const chosen = keepChosenClasses(table, labelOf, classes);
  const sides = splitClasses(table, { chosen, labelOf, firstOf }, split);
  return { ...sides, repetitions, labelOf, isRespelled, mergedLabels, firstOf, conflicts };
}

/** Drops all but the last record of each id; of made ids none, but it gives back their repetitions. */
function dropRepeatedIds(table: RecordTable): Map<number, number> {
  const { count, ids, isIdMade } = table;
  const repetitions = new Map<number, number>();
  const sorted = new SortedKeys(count, (record) => ids[2 * record]!);
  for (const [from, to] of sorted.runs()) {
    if (to - from === 1) continue;
    const last = new Map<number, number>();
    for (let place = from; place < to; place++) {
      const record = sorted.numberAt(place);
      const rest = ids[2 * record + 1]!;
      const before = last.get(rest);
      if (before !== undefined && isIdMade[record] === 1)
        repetitions.set(record, (repetitions.get(before) ?? 0) + 1);
      else if (before !== undefined) table.drop(before, 'repeated id');
      last.set(rest, record);
    }
  }
  return repetitions;
}

/** The class of each record, of which labels may be several spellings. */
function mergeLabels(table: RecordTable) {
  const { labels, label } = table;
  const counts = countLabels(
    table,
    (record) => labels[label[record]!]!,
    (record) => table.reasonOf(record) !== 'repeated id',
  );
  const { spelling, merged } = mergeSpellings(counts);
  const names = labels.map((name) => spelling.get(name) ?? name);
  return {
    labelOf: (record: number) => names[label[record]!]!,
    isRespelled: (record: number) => names[label[record]!] !== labels[label[record]!],
    mergedLabels: merged,
  };
}

async function dropDuplicates(
  table: RecordTable,
  labelOf: (record: number) => string,
  { drop, similarity }: DuplicateSettings,
  breathe: Breathe,
) {
  const { exact, firstOf } = await groupDuplicates({
    records: table.count,
    takesPart: (record) => table.isKept(record),
    digests: table.texts,
    bands: bandingFor(similarity).bands,
    keysOf: (band) => table.keysOf(band),
    textOf: (record) => table.pageOf(record).text,
    similarity,
    breathe,
  });
  let conflicts = 0;
  for (let record = 0; record < table.count; record++) {
    const first = firstOf(record);
    const isExact = exact[record] === 1;
    if (first === record || drop === 'none' || (drop === 'exact' && !isExact)) continue;
    table.drop(record, isExact ? 'duplicate text' : 'near-duplicate text');
    if (labelOf(record) !== labelOf(first)) conflicts++;
  }
  return { firstOf, conflicts };
}

function keepChosenClasses(
  table: RecordTable,
  labelOf: (record: number) => string,
  settings: ClassSettings,
): ChosenClass[] {
  const isKept = (record: number) => table.isKept(record);
  const chosen = chooseClasses(countLabels(table, labelOf, isKept), settings);
  const wanted = new Set(chosen.map(({ name }) => name));
  for (let record = 0; record < table.count; record++)
    if (isKept(record) && !wanted.has(labelOf(record))) table.drop(record, 'class not chosen');
  return chosen;
}

/** How many of some records each class has. */
export function countLabels(
  { count }: RecordTable,
  labelOf: (record: number) => string,
  isCounted: (record: number) => boolean,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let record = 0; record < count; record++)
    if (isCounted(record)) counts.set(labelOf(record), (counts.get(labelOf(record)) ?? 0) + 1);
  return counts;
}
