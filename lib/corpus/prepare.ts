/**
 * The prepare stage: from a dirty source to clean, English, split text of the chosen classes.
 *
 * Two passes. In the first, threads judge each row by itself (parse, clean, language, trim, signature) and what is
 * left is spooled to disk; then the ledger decides what only the whole shows; the second pass writes the kept records
 * to their side of the split.
 */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PrepareSettings } from '../settings/prepare-settings.ts';
import type { Decisions, DropReason } from './decisions.ts';
import { csvLine } from './formats.ts';
import { checkSource, type SourceFile } from './inspect.ts';
import { JsonPageFile } from './json-page-file.ts';
import { type JudgedPiece, judgePieces, type SourcePiece } from './judging/judge-pieces.ts';
import { placesOf, readJudgedRows } from './judging/judged-rows.ts';
import {
  closeVerdictCache,
  keepVerdicts,
  openVerdictCache,
  type VerdictCacheFiles,
  VerdictIndex,
} from './judging/verdict-cache.ts';
import { type Breathe, Ledger } from './ledger.ts';
import { LineFile } from './line-file.ts';
import { type DroppedSample, Findings, type PrepareSummary, summarise } from './preparation.ts';
import { ProgressMeter } from './progress-meter.ts';
import { readPieces } from './read.ts';
import type { RejectedRow } from './rows.ts';
import { shorten } from './shorten.ts';
import { BLOCK_BYTES } from './source/block.ts';

export type { PrepareSummary } from './preparation.ts';

export interface PrepareOptions {
  /** Local files, in the order in which a later record of the same id replaces an earlier one. */
  files: string[];
  settings: PrepareSettings;
  /** Folder that gets `train.jsonl`, `test.jsonl`, `rejected.csv` and `records.bin`. */
  out: string;
  /** Folder for what lies on disk meanwhile; `out` without it. */
  scratch?: string | undefined;
  /** Folder in which verdicts on texts are kept from run to run; without it every text is judged. */
  cache?: string | undefined;
  /** Threads that judge rows; without it the machine's cores, as far as there is enough for them to do. */
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

/** Milliseconds of comparing between two turns of the event loop. */
const BREATH_MS = 50;
/** What is judged in less is nearly done before another thread has started and compiled its code. */
const MS_WORTH_THREADS = 2000;
const BYTES_LOOKED_AT = 4 * 1024 * 1024;
const SAMPLES = 5;
const SAMPLE_LENGTH = 300;

/**
 * Prepares a dataset.
 * @throws {InvalidInput} where a file, the share of rejected rows, the classes or the split will not do
 */
export async function prepareCorpus(options: PrepareOptions): Promise<PrepareSummary> {
  const { files, settings, out, scratch = out, cache } = options;
  const sources = await checkSource(files, settings.columns, settings.csv);
  await mkdir(scratch, { recursive: true });
  const spool = path.join(scratch, 'judged.rows');
  const ledger = new Ledger(scratch);
  try {
    const findings = await judgeSources(options, sources, spool, ledger);
    findings.requireReadable(files, settings.maxRejected);
    const breathe = breathing(options);
    const decisions = await ledger.decide(settings, breathe);
    await ledger.writeDigests(path.join(out, 'records.bin'), breathe);
    const index = cache === undefined ? undefined : new VerdictIndex(ledger.records);
    const { samples, moved } = await writeSides(options, spool, decisions, index);
    if (cache !== undefined) await keepVerdicts(cache, settings, spool, index!.table);
    return summarise({ sources, findings, decisions, samples, moved });
  } finally {
    ledger.discard();
    await rm(spool, { force: true });
  }
}

/** Lets others have a turn now and then while records are compared, tells how far that is, and ends it when cancelled. */
function breathing({ signal, onProgress }: PrepareOptions): Breathe {
  const meter = new ProgressMeter(onProgress);
  let last = performance.now();
  return async (share) => {
    if (performance.now() - last < BREATH_MS) return;
    await setImmediate(undefined, { signal });
    meter.show({ phase: 'compare', done: Math.round(share * 100), total: 100, unit: '%' });
    last = performance.now();
  };
}

/** The first pass: what is found of the records goes to the ledger, they themselves to the spool. */
async function judgeSources(
  options: PrepareOptions,
  sources: SourceFile[],
  spoolPath: string,
  ledger: Ledger,
): Promise<Findings> {
  const { settings, out, cache, signal } = options;
  const findings = new Findings();
  const spool = await LineFile.create(spoolPath);
  const rejections = await LineFile.create(path.join(out, 'rejected.csv'));
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const threads = options.threads ?? availableParallelism();
  const meter = new ProgressMeter(options.onProgress);
  let done = 0;
  const isWorthThreads = worthOf(options, total, () => done);
  let cached: VerdictCacheFiles | undefined;
  // A block is written while the next one is judged.
  let writing: Promise<void> | undefined;
  try {
    cached = cache === undefined ? undefined : await openVerdictCache(cache, settings);
    await rejections.write('file,line,reason,start');
    const pieces = piecesOf(sources, settings, signal, (bytes) => (done += bytes));
    for await (const piece of judgePieces(pieces, { settings, cached, threads, isWorthThreads, signal })) {
      signal?.throwIfAborted();
      for (const row of findings.add(piece)) await writeRejection(rejections, row);
      if (!isBlock(piece)) continue;
      ledger.add(piece);
      await writing;
      writing = spool.writeBytes(piece.entries);
      // Whoever awaits it sees the rejection; until then it is not unhandled.
      writing.catch(() => undefined);
      meter.show({ phase: 'clean', done: Math.min(done, total), total, unit: 'bytes' }, findings.read);
      await setImmediate(undefined, { signal });
    }
    await writing;
    await rejections.close();
    await spool.close();
    return findings;
  } finally {
    closeVerdictCache(cached);
    await writing?.catch(() => undefined);
    await rejections.discard();
    await spool.discard();
  }
}

/**
 * Whether what is left takes so long that threads are worth their start. It is told by the fastest block so far: the
 * first ones are slow, because their code has yet to be compiled.
 */
function worthOf({ threads }: PrepareOptions, total: number, doneBytes: () => number): () => boolean {
  if (threads !== undefined) return () => true;
  let last: { at: number; done: number } | undefined;
  let msOfByte = Number.POSITIVE_INFINITY;
  return () => {
    const [at, done] = [performance.now(), doneBytes()];
    last ??= { at, done };
    if (done - last.done < BLOCK_BYTES) return false;
    msOfByte = Math.min(msOfByte, (at - last.at) / (done - last.done));
    last = { at, done };
    return done >= BYTES_LOOKED_AT && msOfByte * (total - done) > MS_WORTH_THREADS;
  };
}

const isBlock = (piece: JudgedPiece): piece is Exclude<JudgedPiece, RejectedRow> => 'entries' in piece;

async function* piecesOf(
  sources: SourceFile[],
  { columns }: PrepareSettings,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): AsyncGenerator<SourcePiece> {
  for (const source of sources)
    for await (const piece of readPieces(source, columns, { signal, onBytes })) yield { piece, source };
}

async function writeRejection(file: LineFile, row: RejectedRow): Promise<void> {
  const reason = row.detail ? `${row.reason}: ${row.detail}` : row.reason;
  await file.write(csvLine([path.basename(row.file), row.line, reason, row.start]));
}

/** The second pass; it fills the index on its way. */
async function writeSides(
  { out, signal, onProgress }: PrepareOptions,
  spool: string,
  decisions: Decisions,
  index: VerdictIndex | undefined,
) {
  const train = await JsonPageFile.create(path.join(out, 'train.jsonl'));
  const test = await JsonPageFile.create(path.join(out, 'test.jsonl'));
  const samples = new Samples(decisions);
  const moved = new Map(decisions.moved.map(({ record }) => [record, '']));
  const meter = new ProgressMeter(onProgress);
  let record = 0;
  try {
    for await (const { bytes, starts, place } of readJudgedRows(spool)) {
      for (const at of starts) {
        index?.add(bytes, at, place + at);
        const { idAt, textAt, labelAt } = placesOf(bytes, at);
        const [id, text] = [bytes.subarray(idAt, textAt), bytes.subarray(textAt, labelAt)];
        samples.look(record, id, text);
        if (moved.has(record)) moved.set(record, JSON.parse(id.toString()) as string);
        const { label, dropped, side } = decisions.of(record);
        if (dropped === undefined) await (side === 'train' ? train : test).write(id, text, label);
        record++;
      }
      meter.show({ phase: 'write', done: record, total: decisions.records, unit: 'records' }, record);
      await setImmediate(undefined, { signal });
    }
    await train.close();
    await test.close();
    return { samples: samples.taken, moved };
  } finally {
    await train.discard();
    await test.discard();
  }
}

/** The first few records that were dropped for each reason, with the id of what a duplicate repeats. */
class Samples {
  readonly taken: Partial<Record<DropReason, DroppedSample[]>> = {};
  readonly #wanted = new Map<number, DroppedSample>();
  readonly #originals = new Map<number, string>();
  readonly #decisions: Decisions;

  constructor(decisions: Decisions) {
    this.#decisions = decisions;
    for (let record = 0; record < decisions.records; record++) {
      const { dropped, label, duplicateOf } = decisions.of(record);
      if (dropped === undefined) continue;
      this.taken[dropped] ??= [];
      const samples = this.taken[dropped];
      if (samples.length >= SAMPLES) continue;
      const sample: DroppedSample = { id: '', label, text: '' };
      samples.push(sample);
      this.#wanted.set(record, sample);
      if (duplicateOf !== undefined && dropped.includes('duplicate')) this.#originals.set(duplicateOf, '');
    }
  }

  /** Called with each record in turn. */
  look(record: number, id: Buffer, text: Buffer): void {
    if (this.#originals.has(record)) this.#originals.set(record, JSON.parse(id.toString()) as string);
    const sample = this.#wanted.get(record);
    if (!sample) return;
    sample.id = JSON.parse(id.toString()) as string;
    sample.text = shorten(JSON.parse(text.toString()) as string, SAMPLE_LENGTH);
    const { duplicateOf, dropped } = this.#decisions.of(record);
    if (duplicateOf !== undefined && dropped?.includes('duplicate'))
      sample.duplicateOf = this.#originals.get(duplicateOf)!;
  }
}
