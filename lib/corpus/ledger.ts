/**
 * What is remembered of every record while the judged rows lie on disk: enough to decide at the end which records are
 * kept, since repeated ids, duplicates, spellings of labels and the choice of classes show only then.
 *
 * In memory are a few bytes a record: its label and what became of it. The rest, some 110 bytes, lies in files and is
 * loaded for the one step that needs it, or gone through in order, so that millions of pages fit into a small memory.
 */
import path from 'node:path';
import type { ClassSettings, DuplicateSettings, SplitSettings } from '../settings/settings.ts';
import { type ChosenClass, chooseClasses } from './classes.ts';
import { ColumnFile } from './column-file.ts';
import type { DecisionSettings, Decisions, DropReason, PreparedClass } from './decisions.ts';
import { DIGEST_WORDS, DigestTable } from './duplicates/digest-table.ts';
import { groupDuplicates } from './duplicates/group-duplicates.ts';
import { SIGNATURE_WORDS } from './duplicates/signature.ts';
import { GrowingColumn } from './growing-column.ts';
import type { JudgedBlock } from './judging/judge-block.ts';
import { DROP_REASONS } from './judging/judged-rows.ts';
import { type MergedLabel, mergeSpellings } from './labels.ts';
import { RecordDigestsFile } from './record-digests.ts';
import { requireBothSides, type Side, sideAt } from './split.ts';

/** The reasons by their number in the column; 0 is kept, the next two are those of the judged rows. */
const REASONS: ReadonlyArray<DropReason | undefined> = [
  ...DROP_REASONS,
  'repeated id',
  'duplicate text',
  'near-duplicate text',
  'class not chosen',
];
const KEPT = 0;
const numberOf = (reason: DropReason) => REASONS.indexOf(reason);

/** Called every few thousand records with the share done of what takes longest; a rejection ends the work. */
export type Breathe = (share: number) => Promise<void>;

/** Bytes of signatures that are not worth reading again and again. */
const MOST_IN_MEMORY = 32 * 1024 * 1024;
/** Records between two calls of it. */
const STRIDE = 1 << 16;

export class Ledger {
  readonly #labels = new Map<string, number>();
  readonly #label = new GrowingColumn<Uint32Array>(Uint32Array);
  readonly #reason = new GrowingColumn<Uint8Array>(Uint8Array);
  readonly #unknown = new GrowingColumn<Uint8Array>(Uint8Array);
  readonly #ids: ColumnFile;
  readonly #contents: ColumnFile;
  readonly #texts: ColumnFile;
  readonly #signatures: ColumnFile;
  readonly #fractions: ColumnFile;

  /** @param folder gets files of columns, until `discard` */
  constructor(folder: string) {
    const column = (name: string, width: number) =>
      new ColumnFile(path.join(folder, `judged.${name}`), width);
    this.#ids = column('ids', DIGEST_WORDS);
    this.#contents = column('contents', DIGEST_WORDS);
    this.#texts = column('texts', DIGEST_WORDS);
    this.#signatures = column('signatures', SIGNATURE_WORDS);
    this.#fractions = column('fractions', 2);
  }

  get records(): number {
    return this.#reason.length;
  }

  /** The records of a block, after those of the blocks before it. */
  add(block: JudgedBlock): void {
    const labels = block.labels.map((label) => {
      if (!this.#labels.has(label)) this.#labels.set(label, this.#labels.size);
      return this.#labels.get(label)!;
    });
    this.#label.push(block.label.map((label) => labels[label]!));
    this.#reason.push(block.verdicts);
    this.#unknown.push(block.unknown);
    this.#ids.push(block.ids);
    this.#contents.push(block.contents);
    this.#texts.push(block.texts);
    this.#signatures.push(block.signatures);
    this.#fractions.push(new Uint32Array(block.fractions.buffer));
  }

  /** Gives the files up. */
  discard(): void {
    for (const column of [this.#ids, this.#contents, this.#texts, this.#signatures, this.#fractions])
      column.discard();
  }

  /**
   * Decides on every record, once all are there: the last of each id stays, then the first of each group of
   * duplicates, then the chosen classes.
   * @throws {InvalidInput} where the classes cannot be chosen or split as the settings want
   */
  async decide({ classes, split, duplicates }: DecisionSettings, breathe: Breathe): Promise<Decisions> {
    await this.#dropRepeatedIds(breathe);
    const { names, mergedLabels } = this.#mergeLabels();
    const { leaders, conflicts } = await this.#dropDuplicates(duplicates, breathe);
    const chosen = this.#chooseClasses(names, classes);
    const placed = this.#place(names, chosen, split, leaders);
    const [label, reason] = [this.#label.values, this.#reason.values];
    return {
      records: this.records,
      of: (record) => ({
        label: names[label[record]!]!,
        dropped: REASONS[reason[record]!],
        side: placed.sides[record] === 1 ? 'test' : 'train',
        duplicateOf: leaders[record] === record ? undefined : leaders[record],
      }),
      classes: placed.classes,
      moved: placed.moved,
      mergedLabels,
      conflicts,
      ...this.#count(names),
    };
  }

  /** Writes the digests of the records that stand for their id, under their class: what a later run is compared with. */
  async writeDigests(file: string, breathe: Breathe): Promise<void> {
    const [label, reason] = [this.#label.values, this.#reason.values];
    const stands = (record: number) => reason[record] !== numberOf('repeated id');
    let records = 0;
    for (let record = 0; record < this.records; record++) if (stands(record)) records++;
    const digests = await RecordDigestsFile.create(file, [...this.#labels.keys()], records);
    try {
      for (const column of [this.#ids, this.#contents])
        for (const { first, words } of column.blocks()) {
          await digests.write(picked(words, DIGEST_WORDS, (at) => stands(first + at)));
          await breathe(1);
        }
      for (let first = 0; first < this.records; first += STRIDE)
        await digests.write(picked(label.subarray(first, first + STRIDE), 1, (at) => stands(first + at)));
      await digests.close();
    } finally {
      await digests.discard();
    }
  }

  async #dropRepeatedIds(breathe: Breathe): Promise<void> {
    const table = new DigestTable(this.#ids.load(), this.records);
    const reason = this.#reason.values;
    for (let record = 0; record < this.records; record++) {
      if (record % STRIDE === 0) await breathe(0);
      const before = table.replace(record);
      if (before !== -1) reason[before] = numberOf('repeated id');
    }
  }

  /** Gives the labels that are spellings of one class the same number. */
  #mergeLabels(): { names: string[]; mergedLabels: MergedLabel[] } {
    const names = [...this.#labels.keys()];
    const counts = new Map<string, number>();
    const [label, reason] = [this.#label.values, this.#reason.values];
    for (let record = 0; record < this.records; record++)
      if (reason[record] !== numberOf('repeated id')) increment(counts, names[label[record]!]!);
    const { spelling, merged } = mergeSpellings(counts);
    const numbers = names.map((name) => this.#labels.get(spelling.get(name) ?? name)!);
    for (let record = 0; record < this.records; record++) label[record] = numbers[label[record]!]!;
    return { names, mergedLabels: merged };
  }

  async #dropDuplicates({ drop, similarity }: DuplicateSettings, breathe: Breathe) {
    const [label, reason] = [this.#label.values, this.#reason.values];
    const signatures = this.#signatures.inMemory(MOST_IN_MEMORY);
    const { exact, near } = await groupDuplicates({
      records: this.records,
      takesPart: (record) => reason[record] === KEPT,
      digests: () => this.#texts.load(),
      signatures: () => signatures ?? this.#signatures.blocks(),
      similarity,
      breathe,
    });
    let conflicts = 0;
    for (let record = 0; record < this.records; record++) {
      if (near[record] === record) continue;
      const isExact = exact[record] === 1;
      if (drop === 'none' || (drop === 'exact' && !isExact)) continue;
      reason[record] = numberOf(isExact ? 'duplicate text' : 'near-duplicate text');
      if (label[record] !== label[near[record]!]) conflicts++;
    }
    return { leaders: near, conflicts };
  }

  #chooseClasses(names: string[], settings: ClassSettings): ChosenClass[] {
    const [label, reason] = [this.#label.values, this.#reason.values];
    const counts = new Map<string, number>();
    for (let record = 0; record < this.records; record++)
      if (reason[record] === KEPT) increment(counts, names[label[record]!]!);
    const chosen = chooseClasses(counts, settings);
    const wanted = new Set(chosen.map(({ name }) => name));
    for (let record = 0; record < this.records; record++)
      if (reason[record] === KEPT && !wanted.has(names[label[record]!]!))
        reason[record] = numberOf('class not chosen');
    return chosen;
  }

  #place(names: string[], chosen: ChosenClass[], split: SplitSettings, leaders: Int32Array) {
    const [label, reason] = [this.#label.values, this.#reason.values];
    const fractions = new Float64Array(this.#fractions.load().buffer);
    const classes = chosen.map(({ name, kind }) => ({ name, kind, train: 0, test: 0 }));
    const byName = new Map(classes.map((one) => [one.name, one]));
    const sides = new Uint8Array(this.records);
    for (let record = 0; record < this.records; record++) {
      if (reason[record] !== KEPT) continue;
      const side = sideAt(fractions[leaders[record]!]!, split.test);
      sides[record] = side === 'test' ? 1 : 0;
      byName.get(names[label[record]!]!)![side]++;
    }
    const moved: Decisions['moved'] = [];
    for (const one of classes)
      if (one.train === 0 || one.test === 0) {
        const side: Side = one.test === 0 ? 'test' : 'train';
        moved.push(...this.#moveOne(one, side, sides, { leaders, fractions }));
      }
    requireBothSides(classes, split);
    return { classes, sides, moved };
  }

  /** Moves the record that lies nearest to the other side, and the duplicates of it that are kept. */
  #moveOne(
    one: PreparedClass,
    side: Side,
    sides: Uint8Array,
    { leaders, fractions }: { leaders: Int32Array; fractions: Float64Array },
  ): Decisions['moved'] {
    const label = this.#labels.get(one.name)!;
    const own = new Map<number, number[]>();
    const elsewhere = new Set<number>();
    for (let record = 0; record < this.records; record++) {
      if (this.#reason.values[record] !== KEPT) continue;
      const leader = leaders[record]!;
      if (this.#label.values[record] === label) own.set(leader, [...(own.get(leader) ?? []), record]);
      else elsewhere.add(leader);
    }
    const place = (leader: number) => fractions[leader]! * (side === 'test' ? 1 : -1);
    const [nearest] = [...own.keys()]
      .filter((leader) => !elsewhere.has(leader))
      .sort((a, b) => place(a) - place(b));
    if (nearest === undefined || own.size === 1) return [];
    const group = own.get(nearest)!;
    for (const record of group) sides[record] = side === 'test' ? 1 : 0;
    one[side] += group.length;
    one[side === 'test' ? 'train' : 'test'] -= group.length;
    return group.map((record) => ({ record, side }));
  }

  #count(names: string[]): Pick<Decisions, 'dropped' | 'unknownLanguage'> {
    const dropped = new Map<DropReason, Map<string, number>>();
    const unknownLanguage = new Map<string, number>();
    for (let record = 0; record < this.records; record++) {
      const name = names[this.#label.values[record]!]!;
      const reason = REASONS[this.#reason.values[record]!];
      if (reason !== undefined) {
        if (!dropped.has(reason)) dropped.set(reason, new Map());
        increment(dropped.get(reason)!, name);
      } else if (this.#unknown.values[record] === 1) increment(unknownLanguage, name);
    }
    return { dropped, unknownLanguage };
  }
}

/** Of some records' words those of the wanted ones. */
function picked(words: Uint32Array, width: number, isWanted: (at: number) => boolean): Uint32Array {
  const result = new Uint32Array(words.length);
  let to = 0;
  for (let at = 0; at < words.length / width; at++) {
    if (!isWanted(at)) continue;
    for (let word = 0; word < width; word++) result[to++] = words[at * width + word]!;
  }
  return result.subarray(0, to);
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
