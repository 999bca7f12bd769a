import type { Decisions } from './decide.ts';
import type { Page } from './page.ts';
import type { DropReason } from './record-table.ts';
import { shorten } from './shorten.ts';

/** The beginning of a dropped record, for the report. */
export interface DroppedSample {
  id: string;
  label: string;
  text: string;
  /** Id of the record that a duplicate repeats. */
  duplicateOf?: string;
}

const SAMPLES = 5;
const SAMPLE_LENGTH = 300;

/** The first few records that were dropped for each reason, with the id of what a duplicate repeats. */
export class DroppedSamples {
  readonly taken: Partial<Record<DropReason, DroppedSample[]>> = {};
  readonly #decisions: Decisions;
  /** The samples by the number of their record. */
  readonly #wanted = new Map<number, DroppedSample>();
  /** Ids of the records that duplicates among them repeat, and of the moved ones. */
  readonly #ids = new Map<number, string>();

  constructor(decisions: Decisions) {
    this.#decisions = decisions;
    for (const { record } of decisions.moved) this.#ids.set(record, '');
    for (let record = 0; record < decisions.records; record++) {
      const { dropped, label, duplicateOf } = decisions.of(record);
      if (dropped === undefined) continue;
      this.taken[dropped] ??= [];
      const samples = this.taken[dropped];
      if (samples.length >= SAMPLES) continue;
      const sample: DroppedSample = { id: '', label, text: '' };
      samples.push(sample);
      this.#wanted.set(record, sample);
      if (duplicateOf !== undefined) this.#ids.set(duplicateOf, '');
    }
  }

  /** Called with each record in turn. */
  look(record: number, page: () => Page): void {
    if (this.#ids.has(record)) this.#ids.set(record, page().id);
    const sample = this.#wanted.get(record);
    if (!sample) return;
    sample.id = page().id;
    sample.text = shorten(page().text, SAMPLE_LENGTH);
    const { duplicateOf, dropped } = this.#decisions.of(record);
    if (duplicateOf !== undefined && dropped?.includes('duplicate'))
      sample.duplicateOf = this.#ids.get(duplicateOf)!;
  }

  /** The id of a moved record. */
  idOf(record: number): string {
    return this.#ids.get(record)!;
  }
}
