/** What becomes of the records of a source. */
import type { ClassSettings, DuplicateSettings, SplitSettings } from '../settings/settings.ts';
import type { MergedLabel } from './labels.ts';
import type { Side } from './split.ts';

/** Why a record that could be read is in neither file. */
export type DropReason =
  | 'other language'
  | 'empty after cleaning'
  | 'repeated id'
  | 'duplicate text'
  | 'near-duplicate text'
  | 'class not chosen';

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
  /** Undefined where it is kept. */
  dropped: DropReason | undefined;
  side: Side;
  /** For a duplicate the number of the record that it repeats. */
  duplicateOf: number | undefined;
}

export interface Decisions {
  records: number;
  /** By the number of a record, in the order they were added. */
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
