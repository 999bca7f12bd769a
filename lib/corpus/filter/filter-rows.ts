import { setImmediate } from 'node:timers/promises';
import { createThreadPool } from '../../threads/thread-pool.ts';
import type { FilteredRecords } from '../record-table.ts';
import type { RecordRow, Row } from '../rows.ts';
import { createRecordFilter, type RecordSettings } from './filter-records.ts';

/** Batches of rows that wait for each thread, the one it works on included; they lie in memory. */
const BATCHES_OF_A_THREAD = 2;

/**
 * Filters the records of batches of rows; what comes out is in their order, and the same for any number of threads.
 * @param filtering.threads threads that filter; one is this one
 */
export async function* filterRows(
  batches: AsyncIterable<Row[]>,
  filtering: { settings: RecordSettings; threads: number; signal?: AbortSignal | undefined },
) {
  const { settings, threads, signal } = filtering;
  const pool =
    threads === 1
      ? undefined
      : createThreadPool<RecordRow[], FilteredRecords>('./filter-worker', import.meta.url, {
          threads,
          workerData: settings,
          tasksOfThread: BATCHES_OF_A_THREAD,
        });
  const filter = pool ? (records: RecordRow[]) => pool.run(records) : await createRecordFilter(settings);
  const filterSome = async (rows: Row[]) => ({
    rows,
    filtered: await filter(rows.filter((row) => row.kind === 'record')),
  });
  const waiting: ReturnType<typeof filterSome>[] = [];
  try {
    for await (const rows of batches) {
      const result = filterSome(rows);
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
