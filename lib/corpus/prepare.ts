/**
 * The prepare stage: from a noisy source to clean, English, split text of the chosen classes. Threads filter records one by
 * one: clean, language, trim. Global decisions follow when all are read; then the kept records are written.
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
  /**
   * Local files, in the order in which a later record of the same id replaces an earlier one. Those that have not been
   * looked through, by their paths, are.
   */
  files: (string | SourceFile)[];
  settings: PrepareSettings;
  /** Folder that gets `train.jsonl`, `test.jsonl`, `rejected.csv`, and where a part is for validation, `train` in two parts. */
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
/** A source of fewer bytes is nearly done before threads have started and compiled their code. */
const WORTH_THREADS = 8 * 1024 * 1024;

/** Prepares a dataset. @throws {InvalidInput} if a file, the share of rejected rows, the classes or the split is invalid */
export async function prepareCorpus(options: PrepareOptions): Promise<PreparationDetails> {
  const { files, settings, out, scratch = out, signal } = options;
  const sources: SourceFile[] = [];
  for (const file of files)
    if (typeof file !== 'string') sources.push(file);
    else sources.push(...(await checkSource([file], settings.columns, settings.csv, { signal })));
  await mkdir(scratch, { recursive: true });
  const table = await RecordTable.create(scratch, bandingFor(settings.duplicates.similarity).bands);
  try {
    const findings = await readAndFilter(options, sources, table);
    findings.requireReadable(sources, settings.maxRejected);
    const pause = pacing(options, { phase: 'compare', total: 100, unit: '%' });
    const decisions = await decide(table, settings, (share) => pause(Math.round(share * 100)));
    await writeSides(options, table, decisions);
    return summarisePreparation(sources, findings, decisions, table);
  } finally {
    await table.close();
  }
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
  const pause = pacing(options, { phase: 'clean', total, unit: 'bytes' });
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
      findings.add(rows);
      for (const row of rows)
        if (row.kind === 'rejected')
          await rejected.write(csvLine([path.basename(row.file), row.line, rejectionReason(row), row.start]));
      await table.add(filtered);
      await pause(Math.min(done, total), findings.read);
    }
  });
  return findings;
}

/** Writes the kept records to their side, with the spelling of their class; a repetition of a made id gets a number. */
async function writeSides(
  options: PrepareOptions,
  table: RecordTable,
  { sideOf, isValidation, repetitions }: Decisions,
): Promise<void> {
  const pause = pacing(options, { phase: 'write', total: table.count, unit: 'records' });
  const names = ['train', 'test', ...(options.settings.validation ? ['learn', 'validation'] : [])];
  const paths = names.map((name) => [name, path.join(options.out, `${name}.jsonl`)]);
  await writeFiles(Object.fromEntries(paths) as Record<string, string>, async (files) => {
    for (let record = 0; record < table.count; record++) {
      await pause(record + 1, record + 1);
      if (!table.isKept(record)) continue;
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
  });
}

/** Gives the event loop a turn now and then, which ends work that is cancelled, and tells how far it is. */
function pacing(
  { signal, onProgress }: PrepareOptions,
  work: Pick<PrepareProgress, 'phase' | 'total' | 'unit'>,
): (done: number, rows?: number) => Promise<void> {
  const startedAt = performance.now();
  let last = startedAt;
  return async (done, rows) => {
    if (performance.now() - last < PAUSE_EVERY_MS && done < work.total) return;
    await setImmediate(undefined, { signal });
    last = performance.now();
    const seconds = (last - startedAt) / 1000;
    const figures: Record<string, number> = {};
    if (seconds > 1 && done > 0) {
      if (rows !== undefined) figures['rows/s'] = Math.round(rows / seconds);
      figures['seconds left'] = Math.round((seconds * (work.total - done)) / done);
    }
    onProgress?.({ ...work, done, figures });
  };
}
