/**
 * The prepare stage: from a dirty source to clean, English, split text of the chosen classes.
 *
 * Two passes. The first reads, cleans and judges each row by itself and spools what is left to disk; then the ledger
 * decides what only the whole shows; the second pass writes the kept records to their side of the split.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { RunSettings } from '../settings/settings.ts';
import { type CleaningStep, createCleaner } from './clean.ts';
import { csvLine, pageLine, readPages } from './formats.ts';
import { checkSource, shorten } from './inspect.ts';
import type { MergedLabel } from './labels.ts';
import { tidyLabel } from './labels.ts';
import { createFrancDetector, isOtherScript, type LanguageDetector, UNKNOWN_LANGUAGE } from './language.ts';
import { type Decisions, type DropReason, Ledger, type PreparedClass } from './ledger.ts';
import { LineFile } from './line-file.ts';
import { readRows } from './read.ts';
import type { Mended, RecordRow, RejectedRow, RejectReason } from './rows.ts';
import { trimSentences } from './trim.ts';

export type PrepareSettings = Pick<RunSettings, 'columns' | 'cleaning' | 'language' | 'classes' | 'split'>;

export interface PrepareOptions {
  /** Local files, in the order in which a later record of the same id replaces an earlier one. */
  files: string[];
  settings: PrepareSettings;
  /** Folder that gets `train.jsonl`, `test.jsonl` and `rejected.csv`. */
  out: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

export interface PrepareProgress {
  phase: 'clean' | 'write';
  done: number;
  total: number;
  unit: 'bytes' | 'records';
}

/** The beginning of a dropped record, for the report. */
export interface DroppedSample {
  id: string;
  label: string;
  text: string;
}

export interface PrepareSummary {
  /** Rows of the source, rejected ones included. */
  read: number;
  /** Rows that could not be taken as records. */
  rejected: Partial<Record<RejectReason, number>>;
  /** Records in which something was put right. */
  mended: Partial<Record<Mended, number>>;
  /** Records whose language could not be told, and which were kept; by class. */
  unknownLanguage: Record<string, number>;
  mergedLabels: MergedLabel[];
  /** Records whose text stands under another label too; the first one was kept. */
  conflicts: number;
  /** Records that are in neither file, by reason and class; of each reason the 50 largest classes, the rest as `(others)`. */
  dropped: Partial<Record<DropReason, Record<string, number>>>;
  /** Five records of each reason. */
  samples: Partial<Record<DropReason, DroppedSample[]>>;
  /** Most frequent first. */
  classes: PreparedClass[];
  train: number;
  test: number;
}

/** A source of which more than this share of rows is rejected is read in a wrong way, or broken. */
const MOST_REJECTED = 0.05;
const SAMPLES = 5;
const SAMPLE_LENGTH = 300;
/** Rows between two looks at the signal, with a turn of the event loop so that it can be raised. */
const BREATHE_EVERY = 200;
/** Keeps the summary small where the label column holds anything but classes. */
const MOST_CLASSES_NAMED = 50;

/**
 * Prepares a dataset.
 * @throws {InvalidInput} where a file, the share of rejected rows, the classes or the split will not do
 */
export async function prepareCorpus(options: PrepareOptions): Promise<PrepareSummary> {
  const spool = path.join(options.out, 'candidates.jsonl');
  try {
    const { ledger, findings } = await readAndClean(options, spool);
    const decisions = ledger.decide(options.settings.classes, options.settings.split);
    await writeSides(options, spool, decisions, findings);
    return summarise(findings, decisions);
  } finally {
    await rm(spool, { force: true });
  }
}

/** What is counted and sampled on the way. */
class Findings {
  read = 0;
  rejectedRows = 0;
  readonly rejected = new Map<RejectReason, number>();
  readonly firstRejected: RejectedRow[] = [];
  readonly mended = new Map<Mended, number>();
  readonly unknownLanguage = new Map<string, number>();
  readonly samples = new Map<DropReason, DroppedSample[]>();

  reject(row: RejectedRow): void {
    this.rejectedRows++;
    increment(this.rejected, row.reason);
    if (this.firstRejected.length < 3) this.firstRejected.push(row);
  }

  sample(reason: DropReason, id: string, label: string, text: string): void {
    const samples = this.samples.get(reason) ?? [];
    if (samples.length < SAMPLES) samples.push({ id, label, text: shorten(text, SAMPLE_LENGTH) });
    this.samples.set(reason, samples);
  }
}

async function readAndClean(options: PrepareOptions, spoolPath: string) {
  const { files, settings, out, signal, onProgress } = options;
  const total = (await checkSource(files, settings.columns)).reduce((sum, { bytes }) => sum + bytes, 0);
  const judge = await createJudge(settings);
  const ledger = new Ledger();
  const findings = new Findings();
  const spool = await LineFile.create(spoolPath);
  const rejections = await LineFile.create(path.join(out, 'rejected.csv'));
  let done = 0;
  try {
    await rejections.write('file,line,reason,start');
    for await (const row of readRows({
      files,
      columns: settings.columns,
      signal,
      onProgress: (bytes) => (done = bytes),
    })) {
      if (findings.read++ % BREATHE_EVERY === 0) {
        await setImmediate(undefined, { signal });
        onProgress?.({ phase: 'clean', done, total, unit: 'bytes' });
      }
      if (row.kind === 'rejected') {
        findings.reject(row);
        await rejections.write(csvLine([path.basename(row.file), row.line, reasonOf(row), row.start]));
      } else await judgeRecord(row, judge, ledger, findings, spool);
    }
    requireReadable(files, findings);
    await rejections.close();
    await spool.close();
    onProgress?.({ phase: 'clean', done: total, total, unit: 'bytes' });
    return { ledger, findings };
  } finally {
    await rejections.discard();
    await spool.discard();
  }
}

async function judgeRecord(
  row: RecordRow,
  judge: Judge,
  ledger: Ledger,
  findings: Findings,
  spool: LineFile,
) {
  for (const what of row.mended) increment(findings.mended, what);
  const verdict = judge(row.text);
  if (verdict.dropped) {
    findings.sample(
      verdict.dropped,
      row.id,
      row.label,
      verdict.dropped === 'empty after cleaning' ? row.text : verdict.text,
    );
    ledger.addDropped(row.id, row.label, verdict.dropped);
    return;
  }
  if (verdict.unknownLanguage) increment(findings.unknownLanguage, tidyLabel(row.label));
  ledger.addCandidate(row.id, row.label, verdict.text);
  await spool.write(pageLine({ id: row.id, text: verdict.text, label: row.label }));
}

interface Verdict {
  text: string;
  dropped?: DropReason;
  unknownLanguage?: boolean;
}

type Judge = (raw: string) => Verdict;

/** What becomes of one text: cleaned, its language predicted on that, then trimmed. */
async function createJudge({ cleaning, language }: PrepareSettings): Promise<Judge> {
  const clean: CleaningStep = await createCleaner(cleaning);
  const trim: CleaningStep = cleaning.trimSentences ? trimSentences : (text) => text;
  const detector: LanguageDetector | undefined = language
    ? createFrancDetector({ wanted: language })
    : undefined;
  return (raw) => {
    if (detector && isOtherScript(raw)) return { text: raw, dropped: 'other language' };
    const cleaned = clean(raw);
    if (!/\p{L}/u.test(cleaned)) return { text: cleaned, dropped: 'empty after cleaning' };
    const found = detector?.detect(cleaned);
    if (found !== undefined && found !== language && found !== UNKNOWN_LANGUAGE)
      return { text: cleaned, dropped: 'other language' };
    const text = trim(cleaned);
    if (!/\p{L}/u.test(text)) return { text, dropped: 'empty after cleaning' };
    return { text, unknownLanguage: found === UNKNOWN_LANGUAGE };
  };
}

function requireReadable(files: string[], { read, rejectedRows, firstRejected }: Findings): void {
  if (read === 0)
    throw new InvalidInput(
      files.join(', '),
      'there is a header, and no row below it',
      'Name a file with records.',
    );
  if (rejectedRows <= read * MOST_REJECTED) return;
  const first = firstRejected.map((row) => `${row.file}:${row.line} ${reasonOf(row)}`).join('; ');
  throw new InvalidInput(
    files.length === 1 ? files[0]! : `${files.length} files`,
    `${rejectedRows} of ${read} rows cannot be read (${first})`,
    `At most ${MOST_REJECTED * 100} % may be; mend or remove these rows, or check columns.text and columns.label.`,
  );
}

async function writeSides(
  { out, signal, onProgress }: PrepareOptions,
  spool: string,
  { candidates }: Decisions,
  findings: Findings,
): Promise<void> {
  const sides = {
    train: await LineFile.create(path.join(out, 'train.jsonl')),
    test: await LineFile.create(path.join(out, 'test.jsonl')),
  };
  let done = 0;
  try {
    for await (const { id, text } of readPages(spool)) {
      const decision = candidates[done]!;
      if (done++ % BREATHE_EVERY === 0) {
        await setImmediate(undefined, { signal });
        onProgress?.({ phase: 'write', done, total: candidates.length, unit: 'records' });
      }
      if ('dropped' in decision) findings.sample(decision.dropped, id, decision.label, text);
      else
        await sides[decision.placement.side].write(pageLine({ id, text, label: decision.placement.label }));
    }
    await sides.train.close();
    await sides.test.close();
    onProgress?.({ phase: 'write', done, total: candidates.length, unit: 'records' });
  } finally {
    await sides.train.discard();
    await sides.test.discard();
  }
}

function summarise(
  findings: Findings,
  { classes, mergedLabels, conflicts, dropped }: Decisions,
): PrepareSummary {
  const { read, rejected, mended, unknownLanguage, samples } = findings;
  return {
    read,
    rejected: Object.fromEntries(rejected),
    mended: Object.fromEntries(mended),
    unknownLanguage: largestClasses(unknownLanguage),
    mergedLabels: mergedLabels.slice(0, MOST_CLASSES_NAMED),
    conflicts,
    dropped: Object.fromEntries([...dropped].map(([reason, counts]) => [reason, largestClasses(counts)])),
    samples: Object.fromEntries(samples),
    classes,
    train: classes.reduce((sum, { train }) => sum + train, 0),
    test: classes.reduce((sum, { test }) => sum + test, 0),
  };
}

function largestClasses(counts: ReadonlyMap<string, number>): Record<string, number> {
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = ordered.slice(0, MOST_CLASSES_NAMED);
  const others = ordered.slice(MOST_CLASSES_NAMED).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries(others > 0 ? [...named, ['(others)', others]] : named);
}

const reasonOf = ({ reason, detail }: RejectedRow) => (detail ? `${reason}: ${detail}` : reason);

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
