import { hash } from 'node:crypto';
import type { RunSettings } from '../../settings/settings.ts';
import { createCleaner, trimSentences } from '../clean.ts';
import { bandingFor, bandKeys } from '../duplicates/bands.ts';
import { tidyLabel } from '../labels.ts';
import { createEldDetector, isOtherScript, UNKNOWN_LANGUAGE } from '../language/detector.ts';
import { detectByFranc } from '../language/franc.ts';
import type { FilteredRecord, FilteredRecords } from '../record-table.ts';
import type { RecordRow } from '../rows.ts';
import { shorten } from '../shorten.ts';
import { splitFraction } from '../split.ts';

export type RecordSettings = Pick<
  RunSettings,
  'cleaning' | 'language' | 'languageDetector' | 'duplicates' | 'split'
>;

/** Length kept of a dropped text. */
const SAMPLE_LENGTH = 300;

/** Filters records one by one: what comes out depends on nothing but each record. */
export async function createRecordFilter(
  settings: RecordSettings,
): Promise<(rows: readonly RecordRow[]) => FilteredRecords> {
  const filter = await createTextFilter(settings);
  const banding = bandingFor(settings.duplicates.similarity);
  return (rows) => {
    const ids = BigUint64Array.from(rows, ({ id }) => digest(id));
    const texts = new BigUint64Array(rows.length);
    const keys = new Uint32Array(rows.length * banding.bands);
    const records = rows.map(({ id, text: raw, label, repaired }, at): FilteredRecord => {
      const filtered = filter(raw);
      const { text, dropped } = filtered;
      if (!dropped) {
        texts[at] = digest(text);
        for (const [band, key] of bandKeys(text, banding).entries()) keys[band * rows.length + at] = key;
      }
      return {
        ...filtered,
        id,
        text: dropped ? shorten(text, SAMPLE_LENGTH) : text,
        label: tidyLabel(label),
        isIdMade: repaired.includes('id made from the text'),
        fraction: splitFraction(id, settings.split.seed),
      };
    });
    return { records, ids, texts, keys };
  };
}

/** 64 bits: two of six million values are taken for one with a chance of 1e-6. */
const digest = (value: string) => hash('sha256', value, 'buffer').readBigUInt64LE();

/** The clean text, or for a dropped record an excerpt that shows why. */
async function createTextFilter({
  cleaning,
  language,
  languageDetector,
}: RecordSettings): Promise<(raw: string) => Pick<FilteredRecord, 'text' | 'dropped' | 'isUnknownLanguage'>> {
  const clean = await createCleaner(cleaning);
  const detect = languageDetector === 'eld' ? await createEldDetector() : detectByFranc;
  return (raw) => {
    if (language && isOtherScript(raw)) return { text: raw, dropped: 'other language' };
    const cleaned = clean(raw);
    if (!/\p{L}/u.test(cleaned)) return { text: raw, dropped: 'empty after cleaning' };
    const found = language ? detect(cleaned) : undefined;
    if (found !== undefined && found !== language && found !== UNKNOWN_LANGUAGE)
      return { text: cleaned, dropped: 'other language' };
    const text = cleaning.trimSentences ? trimSentences(cleaned) : cleaned;
    if (!/\p{L}/u.test(text)) return { text: raw, dropped: 'empty after cleaning' };
    return { text, isUnknownLanguage: found === UNKNOWN_LANGUAGE };
  };
}
