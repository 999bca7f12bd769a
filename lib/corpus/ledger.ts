/**
 * What is remembered of every record while the cleaned texts lie on disk: enough to decide at the end which records
 * are kept, since repeated ids, duplicates, spellings of labels and the choice of classes show only then.
 */
import { hash } from 'node:crypto';
import type { ClassSettings, SplitSettings } from '../settings/settings.ts';
import { type ChosenClass, chooseClasses } from './classes.ts';
import { type MergedLabel, mergeSpellings, tidyLabel } from './labels.ts';
import { requireBothSides, type Side, sideOf } from './split.ts';

/** Why a record that could be read is in neither file. */
export type DropReason =
  | 'other language'
  | 'empty after cleaning'
  | 'repeated id'
  | 'duplicate text'
  | 'class not chosen';

interface Entry {
  id: string;
  label: string;
  /** Of the cleaned text; undefined for records that were dropped when they were read. */
  digest: string | undefined;
  dropped: DropReason | undefined;
}

/** A kept record's place in the output. */
export interface Placement {
  label: string;
  side: Side;
}

export interface PreparedClass {
  name: string;
  kind: 'frequent' | 'rare';
  train: number;
  test: number;
}

export interface Decisions {
  /** For each candidate, in the order they were added: where it goes, or why it does not. */
  candidates: Array<{ placement: Placement } | { dropped: DropReason; label: string }>;
  classes: PreparedClass[];
  mergedLabels: MergedLabel[];
  /** Records whose text stands under another label too. */
  conflicts: number;
  dropped: Map<DropReason, Map<string, number>>;
}

export class Ledger {
  readonly #entries: Entry[] = [];
  /** Position of the last record of each id. */
  readonly #lastOf = new Map<string, number>();

  /** A record whose cleaned text is worth keeping so far. */
  addCandidate(id: string, label: string, cleaned: string): void {
    this.#add({ id, label: tidyLabel(label), digest: hash('sha256', cleaned, 'base64'), dropped: undefined });
  }

  /** A record that is dropped whatever comes. It still replaces an earlier one of the same id. */
  addDropped(id: string, label: string, reason: DropReason): void {
    this.#add({ id, label: tidyLabel(label), digest: undefined, dropped: reason });
  }

  /**
   * Decides on every record, once all are there: the last of each id stays, then the first of each text, then the
   * chosen classes.
   * @throws {InvalidInput} where the classes cannot be chosen or split as the settings want
   */
  decide(classes: ClassSettings, split: SplitSettings): Decisions {
    this.#dropRepeatedIds();
    const mergedLabels = this.#mergeLabels();
    const conflicts = this.#dropDuplicates();
    const kept = this.#entries.filter(({ dropped }) => dropped === undefined);
    const chosen = chooseClasses(
      countBy(kept, ({ label }) => label),
      classes,
    );
    const names = new Set(chosen.map(({ name }) => name));
    for (const entry of kept) if (!names.has(entry.label)) entry.dropped = 'class not chosen';
    return { ...this.#place(chosen, split), mergedLabels, conflicts, dropped: this.#countDropped() };
  }

  #add(entry: Entry): void {
    this.#lastOf.set(entry.id, this.#entries.push(entry) - 1);
  }

  #dropRepeatedIds(): void {
    for (const [at, entry] of this.#entries.entries())
      if (this.#lastOf.get(entry.id) !== at) entry.dropped = 'repeated id';
  }

  #mergeLabels(): MergedLabel[] {
    const current = this.#entries.filter(({ dropped }) => dropped !== 'repeated id');
    const { spelling, merged } = mergeSpellings(countBy(current, ({ label }) => label));
    for (const entry of this.#entries) entry.label = spelling.get(entry.label) ?? entry.label;
    return merged;
  }

  #dropDuplicates(): number {
    const labelOf = new Map<string, string>();
    let conflicts = 0;
    for (const entry of this.#entries) {
      if (entry.dropped || entry.digest === undefined) continue;
      const first = labelOf.get(entry.digest);
      if (first === undefined) {
        labelOf.set(entry.digest, entry.label);
        continue;
      }
      entry.dropped = 'duplicate text';
      if (first !== entry.label) conflicts++;
    }
    return conflicts;
  }

  #place(chosen: ChosenClass[], split: SplitSettings): Pick<Decisions, 'candidates' | 'classes'> {
    const classes = chosen.map(({ name, kind }) => ({ name, kind, train: 0, test: 0 }));
    const byName = new Map(classes.map((one) => [one.name, one]));
    const candidates: Decisions['candidates'] = [];
    for (const { id, label, digest, dropped } of this.#entries) {
      if (digest === undefined) continue;
      if (dropped) {
        candidates.push({ dropped, label });
        continue;
      }
      const side = sideOf(id, split);
      byName.get(label)![side]++;
      candidates.push({ placement: { label, side } });
    }
    requireBothSides(classes, split);
    return { candidates, classes };
  }

  #countDropped(): Map<DropReason, Map<string, number>> {
    const counts = new Map<DropReason, Map<string, number>>();
    for (const { label, dropped } of this.#entries) {
      if (dropped === undefined) continue;
      const byLabel = counts.get(dropped) ?? new Map<string, number>();
      counts.set(dropped, byLabel.set(label, (byLabel.get(label) ?? 0) + 1));
    }
    return counts;
  }
}

function countBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
