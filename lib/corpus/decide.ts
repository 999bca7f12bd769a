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
import { type DropReason, KEPT, numberOf, REASONS, type RecordColumns } from './record-table.ts';
import { requireBothSides, type Side, sideAt } from './split.ts';

export interface PreparedClass {
  name: string;
  kind: 'frequent' | 'rare';
  train: number;
  test: number;
}

export interface DecisionSettings {
  classes: ClassSettings;
  split: SplitSettings;
  duplicates: DuplicateSettings;
}

/** What becomes of one record. */
export interface Decision {
  label: string;
  /** Whether that is another spelling than the source's. */
  isRespelled: boolean;
  /** Undefined where it is kept. */
  dropped: DropReason | undefined;
  side: Side;
  /** For a duplicate the number of the record that it repeats. */
  duplicateOf: number | undefined;
  /** For a record whose id was made from its text, how many of the same text stand before it. */
  repetition: number;
}

export interface Decisions {
  records: number;
  /** By the number of a record, in the order of the source. */
  of(record: number): Decision;
  classes: PreparedClass[];
  mergedLabels: MergedLabel[];
  /** Dropped duplicates whose page stands under another label too. */
  conflicts: number;
  dropped: Map<DropReason, Map<string, number>>;
  /** Kept records whose language could not be told, by class. */
  unknownLanguage: Map<string, number>;
  /** Records put on the other side than the hash says, so that their class has some on both. */
  moved: { record: number; side: Side }[];
}

/** Called now and then with the share done of what takes longest; a rejection ends the work. */
export type Breathe = (share: number) => Promise<void>;

/**
 * Decides on every record.
 * @param columns of the records; the reasons in them become final
 * @throws {InvalidInput} where the classes cannot be chosen or split as the settings want
 */
export async function decide(
  columns: RecordColumns,
  { classes, split, duplicates }: DecisionSettings,
  breathe: Breathe,
): Promise<Decisions> {
  const { count, reason } = columns;
  const repetitions = dropRepeatedIds(columns);
  await breathe(0);
  const { nameOf, mergedLabels, isRespelled } = mergeLabels(columns);
  const { firstOf, conflicts } = await dropDuplicates(columns, nameOf, duplicates, breathe);
  const chosen = keepChosenClasses(columns, nameOf, classes);
  const sides = new Sides(columns, nameOf, firstOf, chosen, split);
  sides.moveToEmpty();
  requireBothSides(sides.classes, split);
  return {
    records: count,
    of: (record) => ({
      label: nameOf(record),
      isRespelled: isRespelled(record),
      dropped: REASONS[reason[record]!],
      side: sides.of(record),
      duplicateOf: firstOf(record) === record ? undefined : firstOf(record),
      repetition: repetitions.get(record) ?? 0,
    }),
    classes: sides.classes,
    moved: sides.moved,
    mergedLabels,
    conflicts,
    ...countReasons(columns, nameOf),
  };
}

/** Drops all but the last record of each id; of made ids none, but it gives back their repetitions. */
function dropRepeatedIds({ count, ids, isIdMade, reason }: RecordColumns): Map<number, number> {
  const repetitions = new Map<number, number>();
  const sorted = new SortedKeys(count, (record) => ids[2 * record]!);
  for (const [from, to] of sorted.runs()) {
    if (to - from === 1) continue;
    const last = new Map<number, number>();
    const times = new Map<number, number>();
    for (let place = from; place < to; place++) {
      const record = sorted.numberAt(place);
      const rest = ids[2 * record + 1]!;
      const before = last.get(rest);
      if (before !== undefined && isIdMade[record] === 1) {
        times.set(rest, (times.get(rest) ?? 0) + 1);
        repetitions.set(record, times.get(rest)!);
      } else if (before !== undefined) reason[before] = numberOf('repeated id');
      last.set(rest, record);
    }
  }
  return repetitions;
}

/** The name of each record's class, of which labels may be several spellings. */
function mergeLabels({ count, labels, label, reason }: RecordColumns) {
  const counts = new Map<string, number>();
  for (let record = 0; record < count; record++)
    if (reason[record] !== numberOf('repeated id')) increment(counts, labels[label[record]!]!);
  const { spelling, merged } = mergeSpellings(counts);
  const names = labels.map((name) => spelling.get(name) ?? name);
  return {
    nameOf: (record: number) => names[label[record]!]!,
    isRespelled: (record: number) => names[label[record]!] !== labels[label[record]!],
    mergedLabels: merged,
  };
}

async function dropDuplicates(
  { count, reason, texts, keysOf, textOf }: RecordColumns,
  nameOf: (record: number) => string,
  { drop, similarity }: DuplicateSettings,
  breathe: Breathe,
) {
  const { exact, firstOf } = await groupDuplicates({
    records: count,
    takesPart: (record) => reason[record] === KEPT,
    digests: texts,
    bands: bandingFor(similarity).bands,
    keysOf,
    textOf,
    similarity,
    breathe,
  });
  let conflicts = 0;
  for (let record = 0; record < count; record++) {
    const first = firstOf(record);
    const isExact = exact[record] === 1;
    if (first === record || drop === 'none' || (drop === 'exact' && !isExact)) continue;
    reason[record] = numberOf(isExact ? 'duplicate text' : 'near-duplicate text');
    if (nameOf(record) !== nameOf(first)) conflicts++;
  }
  return { firstOf, conflicts };
}

function keepChosenClasses(
  { count, reason }: RecordColumns,
  nameOf: (record: number) => string,
  settings: ClassSettings,
): ChosenClass[] {
  const counts = new Map<string, number>();
  for (let record = 0; record < count; record++)
    if (reason[record] === KEPT) increment(counts, nameOf(record));
  const chosen = chooseClasses(counts, settings);
  const wanted = new Set(chosen.map(({ name }) => name));
  for (let record = 0; record < count; record++)
    if (reason[record] === KEPT && !wanted.has(nameOf(record))) reason[record] = numberOf('class not chosen');
  return chosen;
}

/** On which side of the hold-out each record is: that of the first of its duplicates, by the hash of that one's id. */
class Sides {
  readonly classes: PreparedClass[];
  readonly moved: Decisions['moved'] = [];
  readonly #columns: RecordColumns;
  readonly #nameOf: (record: number) => string;
  readonly #firstOf: (record: number) => number;
  readonly #isTest: Uint8Array;

  constructor(
    columns: RecordColumns,
    nameOf: (record: number) => string,
    firstOf: (record: number) => number,
    chosen: readonly ChosenClass[],
    split: SplitSettings,
  ) {
    this.#columns = columns;
    this.#nameOf = nameOf;
    this.#firstOf = firstOf;
    this.#isTest = new Uint8Array(columns.count);
    this.classes = chosen.map(({ name, kind }) => ({ name, kind, train: 0, test: 0 }));
    const byName = new Map(this.classes.map((one) => [one.name, one]));
    for (const record of this.#kept()) {
      const side = sideAt(columns.fraction[firstOf(record)]!, split.test);
      this.#isTest[record] = side === 'test' ? 1 : 0;
      byName.get(nameOf(record))![side]++;
    }
  }

  of(record: number): Side {
    return this.#isTest[record] === 1 ? 'test' : 'train';
  }

  /** Gives each class a record on both sides, where it has a page that stands in no other class. */
  moveToEmpty(): void {
    for (const one of this.classes)
      if (one.train === 0 || one.test === 0) this.#moveOne(one, one.test === 0 ? 'test' : 'train');
  }

  /** Moves the page that lies nearest to the other side, with all its kept duplicates. */
  #moveOne(one: PreparedClass, side: Side): void {
    const own = new Map<number, number[]>();
    const elsewhere = new Set<number>();
    for (const record of this.#kept()) {
      const first = this.#firstOf(record);
      if (this.#nameOf(record) === one.name) own.set(first, [...(own.get(first) ?? []), record]);
      else elsewhere.add(first);
    }
    const place = (first: number) => this.#columns.fraction[first]! * (side === 'test' ? 1 : -1);
    const [nearest] = [...own.keys()]
      .filter((first) => !elsewhere.has(first))
      .sort((a, b) => place(a) - place(b));
    if (nearest === undefined || own.size === 1) return;
    for (const record of own.get(nearest)!) {
      one[this.of(record)]--;
      one[side]++;
      this.#isTest[record] = side === 'test' ? 1 : 0;
      this.moved.push({ record, side });
    }
  }

  *#kept(): Generator<number> {
    const { count, reason } = this.#columns;
    for (let record = 0; record < count; record++) if (reason[record] === KEPT) yield record;
  }
}

function countReasons(
  { count, reason, isUnknownLanguage }: RecordColumns,
  nameOf: (record: number) => string,
): Pick<Decisions, 'dropped' | 'unknownLanguage'> {
  const dropped = new Map<DropReason, Map<string, number>>();
  const unknownLanguage = new Map<string, number>();
  for (let record = 0; record < count; record++) {
    const why = REASONS[reason[record]!];
    if (why !== undefined) {
      if (!dropped.has(why)) dropped.set(why, new Map());
      increment(dropped.get(why)!, nameOf(record));
    } else if (isUnknownLanguage[record] === 1) increment(unknownLanguage, nameOf(record));
  }
  return { dropped, unknownLanguage };
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
