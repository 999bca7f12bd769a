/** A thread that filters records; the settings stand in its worker data. */
import { workerData } from 'node:worker_threads';
import type { FilteredRecords } from '../record-table.ts';
import type { RecordRow } from '../rows.ts';
import { createRecordFilter, type RecordSettings } from './filter-records.ts';

const filter = await createRecordFilter(workerData as RecordSettings);

export default function filterRecords(rows: RecordRow[]): FilteredRecords {
  return filter(rows);
}
