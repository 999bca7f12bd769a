/**
 * The prepare stage: from a dirty source to clean, English, split text of the chosen classes.
 *
 * Rows are read, and threads filter each record by itself: clean, language, trim. What only the whole shows is decided
 * when all records are there: repeated ids, duplicates, classes, the hold-out. Then the kept records are written to
 * their side.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sumBy } from '../arithmetic/sums.ts';
import type { PrepareSettings } from '../settings/prepare-settings.ts';
import { type Decisions, decide } from './decide.ts';
import { bandingFor } from './duplicates/bands.ts';
import { filterRows } from './filter/filter-rows.ts';
import { csvLine, pageLine } from './formats.ts';
import { checkSource, type SourceFile } from './inspect.ts';
import { writeFiles } from './line-file.ts';
import { type PreparationDetails, RowFindings, summarisePreparation } from './preparation.ts';
import { readSource } from './read.ts';
import { RecordTable } from './record-table.ts';
import { rejectionReason } from './rows.ts';

export interface PrepareOptions {
  /** Local files, in the order in which a later record of the same id replaces an earlier one. */
  files: string[];
  settings: PrepareSettings;
  /**
   * Folder that gets `train.jsonl`, `test.jsonl` and `rejected.csv`; and the training records in two parts, `learn.jsonl`
   * and `validation.jsonl`, where the settings have models learn from the former alone.
   */
  out: string;
  /** Folder for what lies on disk meanwhile; `out` without it. */
  scratch?: string | undefined;
  /** Threads that filter; without it the machine's cores, as far as there is enough for them to do. */
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

export interface PrepareProgress {
  phase: 'clean' | 'compare' | 'write';
  done: number;
  total: number;
  unit: 'bytes' | '%' | 'records';
  /** `rows/s` and `seconds left`, where they are known. */
  figures: Record<string, number>;
}

/** Milliseconds of work between two turns of the event loop. */
const PAUSE_EVERY_MS = 50;
/** Records written between two of them. */
const PAUSE_EVERY_RECORDS = 2000;
/** A source of fewer bytes is nearly done before threads have started and compiled their code. */
const WORTH_THREADS = 8 * 1024 * 1024;

/**
 * Prepares a dataset.
 * @throws {InvalidInput} where a file, the share of rejected rows, the classes or the split will not do
 */
export async function prepareCorpus(options: PrepareOptions): Promise<PreparationDetails> {
  const { files, settings, out, scratch = out, signal } = options;
  const sources = await checkSource(files, settings.columns, settings.csv, { signal });
  await mkdir(scratch, { recursive: true });
  const table = await RecordTable.create(scratch, bandingFor(settings.duplicates.similarity).bands);
  try {
    const findings = await readAndFilter(options, sources, table);
    findings.requireReadable(files, settings.maxRejected);
    const decisions = await decide(table, settings, pausing(options));
    await writeSides(options, table, decisions);
    return summarisePreparation(sources, findings, decisions, table);
  } finally {
    await table.close();
  }
}

function pausing({ signal, onProgress }: PrepareOptions): (share: number) => Promise<void> {
  const show = progressMeter(onProgress);
  let last = performance.now();
  return async (share) => {
    if (performance.now() - last < PAUSE_EVERY_MS) return;
    await setImmediate(undefined, { signal });
    show({ phase: 'compare', done: Math.round(share * 100), total: 100, unit: '%' });
    last = performance.now();
  };
}

async function readAndFilter(
  options: PrepareOptions,
  sources: SourceFile[],
  table: RecordTable,
): Promise<RowFindings> {
  const { settings, out, signal } = options;
  const findings = new RowFindings();
  const total = sumBy(sources, ({ bytes }) => bytes);
  const threads = options.threads ?? (total < WORTH_THREADS ? 1 : availableParallelism());
  const show = progressMeter(options.onProgress);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
  };
  const batches = async function* () {
    for (const source of sources) yield* readSource(source, settings.columns, { signal, onBytes });
  };
  await writeFiles({ rejected: path.join(out, 'rejected.csv') }, async ({ rejected }) => {
    await rejected.write('file,line,reason,start');
    for await (const { rows, filtered } of filterRows(batches(), { settings, threads, signal })) {
      signal?.throwIfAborted();
      findings.add(rows);
      for (const row of rows)
        if (row.kind === 'rejected')
          await rejected.write(csvLine([path.basename(row.file), row.line, rejectionReason(row), row.start]));
      await table.add(filtered);
      show({ phase: 'clean', done: Math.min(done, total), total, unit: 'bytes' }, findings.read);
    }
  });
  return findings;
}

/** Writes the kept records to their side, with the spelling of their class; a repetition of a made id gets a number. */
async function writeSides(
  { settings, out, signal, onProgress }: PrepareOptions,
  table: RecordTable,
  { sideOf, isValidation, repetitions }: Decisions,
): Promise<void> {
  const show = progressMeter(onProgress);
  const names = ['train', 'test', ...(settings.validation ? ['learn', 'validation'] : [])];
  const paths = names.map((name) => [name, path.join(out, `${name}.jsonl`)]);
  await writeFiles(Object.fromEntries(paths) as Record<string, string>, async (files) => {
    for (let record = 0; record < table.count; record++) {
      if (table.isKept(record)) {
        const { id, text } = table.pageOf(record);
        const repetition = repetitions.get(record);
        const line = pageLine({
          id: repetition === undefined ? id : `${id}-${repetition + 1}`,
          text,
          label: table.labelOf(record),
        });
        const side = sideOf(record);
        await files[side]!.write(line);
        if (side === 'train') await files[isValidation(record) ? 'validation' : 'learn']?.write(line);
      }
      const done = record + 1;
      if (done % PAUSE_EVERY_RECORDS !== 0 && done !== table.count) continue;
      await setImmediate(undefined, { signal });
      show({ phase: 'write', done, total: table.count, unit: 'records' }, done);
    }
  });
}

function progressMeter(report: PrepareOptions['onProgress']) {
  const startedAt = performance.now();
  return (progress: Omit<PrepareProgress, 'figures'>, rows?: number): void => {
    const seconds = (performance.now() - startedAt) / 1000;
    const figures: Record<string, number> = {};
    if (seconds > 1 && progress.done > 0) {
      if (rows !== undefined) figures['rows/s'] = Math.round(rows / seconds);
      figures['seconds left'] = Math.round((seconds * (progress.total - progress.done)) / progress.done);
    }
    report?.({ ...progress, figures });
  };
}
