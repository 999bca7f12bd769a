import { setImmediate } from 'node:timers/promises';
import { createThreadPool } from '../../threads/thread-pool.ts';
import type { FilteredRecords } from '../record-table.ts';
import type { RecordRow, Row } from '../rows.ts';
import { createRecordFilter, type RecordSettings } from './filter-records.ts';

/** Some rows and what came of those that are records. */
export interface FilteredRows {
  rows: Row[];
  filtered: FilteredRecords;
}

interface Filtering {
  settings: RecordSettings;
  /** Threads that filter; one is this one. */
  threads: number;
  signal?: AbortSignal | undefined;
}

/** Batches of rows that wait for each thread, the one it works on included; they lie in memory. */
const BATCHES_OF_A_THREAD = 2;

/** Filters the records of batches of rows; what comes out is in their order, and the same for any number of threads. */
export async function* filterRows(
  batches: AsyncIterable<Row[]>,
  { settings, threads, signal }: Filtering,
): AsyncGenerator<FilteredRows> {
  const pool =
    threads === 1
      ? undefined
      : createThreadPool<RecordRow[], FilteredRecords>('./filter-worker', import.meta.url, {
          threads,
          workerData: settings,
          tasksOfThread: BATCHES_OF_A_THREAD,
        });
  const filter = pool ? (records: RecordRow[]) => pool.run(records) : await createRecordFilter(settings);
  const waiting: Promise<FilteredRows>[] = [];
  try {
    for await (const rows of batches) {
      const result = filterSome(rows, filter);
      // Awaited later, which sees the rejection; until then it must not count as unhandled.
      result.catch(() => undefined);
      waiting.push(result);
      await setImmediate(undefined, { signal });
      if (waiting.length > BATCHES_OF_A_THREAD * threads) yield await waiting.shift()!;
    }
    while (waiting.length > 0) yield await waiting.shift()!;
  } finally {
    await pool?.destroy();
  }
}

async function filterSome(
  rows: Row[],
  filter: (records: RecordRow[]) => FilteredRecords | Promise<FilteredRecords>,
): Promise<FilteredRows> {
  return { rows, filtered: await filter(rows.filter((row) => row.kind === 'record')) };
}
