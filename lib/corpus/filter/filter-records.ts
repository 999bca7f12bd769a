import { hash } from 'node:crypto';
import type { DuplicateSettings, SplitSettings } from '../../settings/settings.ts';
import { bandingFor, bandKeys } from '../duplicates/bands.ts';
import { tidyLabel } from '../labels.ts';
import type { Page } from '../page.ts';
import type { RecordRow } from '../rows.ts';
import { shorten } from '../shorten.ts';
import { splitFraction } from '../split.ts';
import { createTextFilter, type FilteredText, type TextSettings } from './filter-text.ts';

export type RecordSettings = TextSettings & { duplicates: DuplicateSettings; split: SplitSettings };

/** A record as it is kept on disk until all are there. */
export type FilteredRecord = Page &
  Omit<FilteredText, 'text'> & {
    /** Whether the source has no id of it. */
    isIdMade: boolean;
    /** Where the id lies between 0 and 1, for the split. */
    fraction: number;
  };

/** Some records, and by what they are compared with all others. */
export interface FilteredRecords {
  records: FilteredRecord[];
  /** Digests of the ids, and of the clean texts: `DIGEST_WORDS` words a record. */
  ids: Uint32Array;
  texts: Uint32Array;
  /** The records' keys of the first band, then those of the second, and so on. */
  bands: Uint32Array;
}

/** 32-bit words of a digest: by 64 bits two of six million records are taken for one with a chance of 1e-6. */
export const DIGEST_WORDS = 2;
/** Of a dropped text no more is kept. */
const SAMPLE_LENGTH = 300;

/** Filters records one by one: what comes out depends on nothing but each record. */
export async function createRecordFilter(
  settings: RecordSettings,
): Promise<(rows: readonly RecordRow[]) => FilteredRecords> {
  const filter = await createTextFilter(settings);
  const banding = bandingFor(settings.duplicates.similarity);
  return (rows) => {
    const ids = new Uint32Array(rows.length * DIGEST_WORDS);
    const texts = new Uint32Array(rows.length * DIGEST_WORDS);
    const bands = new Uint32Array(rows.length * banding.bands);
    const records = rows.map(({ id, text: raw, label, repaired }, at): FilteredRecord => {
      const { text, dropped, ...language } = filter(raw);
      digest(id, ids, at);
      if (!dropped) {
        digest(text, texts, at);
        for (const [band, key] of bandKeys(text, banding).entries()) bands[band * rows.length + at] = key;
      }
      return {
        id,
        text: dropped ? shorten(text, SAMPLE_LENGTH) : text,
        label: tidyLabel(label),
        ...(dropped && { dropped }),
        ...language,
        isIdMade: repaired.includes('id made from the text'),
        fraction: splitFraction(id, settings.split.seed),
      };
    });
    return { records, ids, texts, bands };
  };
}

function digest(value: string, to: Uint32Array, at: number): void {
  const bytes = hash('sha256', value, 'buffer');
  for (let word = 0; word < DIGEST_WORDS; word++) to[at * DIGEST_WORDS + word] = bytes.readUInt32LE(4 * word);
}
