/** What a run would read: its rows, what cleaning leaves of them, and which classes come out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { increase } from '../arithmetic/counts.ts';
import { sumBy } from '../arithmetic/sums.ts';
import { referToFile } from '../artifacts/digest.ts';
import { FolderStore } from '../artifacts/folder-store.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { chooseClasses } from '../corpus/classes.ts';
import { pageLine, readAllPages } from '../corpus/formats.ts';
import { LineFile } from '../corpus/line-file.ts';
import type { Page } from '../corpus/page.ts';
import { readRows } from '../corpus/read.ts';
import type { RecordRow } from '../corpus/rows.ts';
import type { SplitClass } from '../corpus/split.ts';
import { prepareSettings } from '../settings/prepare-settings.ts';
import type { RunSettings } from '../settings/settings.ts';
import { type PrepareParameters, type PrepareSummary, prepare } from '../stages/prepare.ts';
import { runStage } from '../stages/run-stage.ts';
import type { StageResult } from '../stages/stage.ts';

export interface Survey {
  rows: number;
  bytes: number;
  /** Whether classes and counts are those of a sample, taken times the rest. */
  isSample: boolean;
  classes: SplitClass[];
  prepareSeconds: number;
  wordsPerText: number;
  /** Cleaned training texts: of the rare classes, and of all. */
  rareTexts: string[];
  pages: Page[];
}

/** Sources of up to so many rows are prepared whole. */
const WHOLE_ROWS = 8000;
/** Of larger ones, so many rows are. */
const SAMPLE_ROWS = 4000;
const MOST_TEXTS = 2000;

export interface SurveyOptions {
  files: string[];
  settings: RunSettings;
  signal?: AbortSignal | undefined;
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Reads the whole source once to count its classes, and prepares it, or a sample of it, as the run would.
 * @throws {InvalidInput} as the run would
 */
export async function surveyCorpus(options: SurveyOptions): Promise<Survey> {
  const { files, settings } = options;
  const folder = await mkdtemp(join(tmpdir(), 'counterpoise-plan-'));
  const prepareHere = async (from: string[], changed: RunSettings) => {
    const sources = await Promise.all(from.map((file) => referToFile(file)));
    const parameters: PrepareParameters = { sources, ...prepareSettings(changed) };
    const store = new FolderStore(join(folder, 'store'));
    const begun = performance.now();
    const prepared = await runStage(store, prepare, parameters);
    return { store, prepared, prepareSeconds: (performance.now() - begun) / 1000 };
  };
  try {
    const { rows, bytes, labels, sample, seconds } = await countRows(options);
    if (rows <= WHOLE_ROWS) {
      const { store, prepared, prepareSeconds } = await prepareHere(files, settings);
      return { ...(await surveyPrepared(store, prepared)), rows, bytes, prepareSeconds };
    }
    const file = await LineFile.create(join(folder, 'sample.jsonl'));
    for (const { id, text, label } of sample) await file.write(pageLine({ id, text, label }));
    await file.close();
    // Classes that a sample can show; which ones the run would choose follows from the counts of all rows.
    const { store, prepared, prepareSeconds } = await prepareHere([join(folder, 'sample.jsonl')], {
      ...settings,
      columns: { id: 'id', text: 'text', label: 'label' },
      classes: { frequent: 1000, rare: 1, minRecords: 40, rareBelow: null },
    });
    return {
      ...(await surveyPrepared(
        store,
        prepared,
        estimatedClasses(prepared.summary, sample, labels, settings),
      )),
      rows,
      bytes,
      isSample: true,
      prepareSeconds: seconds + (prepareSeconds / sample.length) * rows,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What a prepared corpus says.
 * @param classes those of the run, if they are not the corpus's own
 */
export async function surveyPrepared(
  store: ArtifactStore,
  { summary, files }: StageResult<PrepareSummary>,
  classes: SplitClass[] = summary.classes.map(({ name, kind, train, test }) => ({ name, kind, train, test })),
): Promise<Survey> {
  const pages = await readAllPages(await store.open(files['train.jsonl']!), MOST_TEXTS);
  const rare = classes.filter(({ kind }) => kind === 'rare').map(({ name }) => name);
  const own = pages.filter(({ label }) => rare.includes(label));
  const words = sumBy(pages, ({ text }) => text.split(/\s+/).length);
  return {
    rows: summary.train + summary.test,
    bytes: 0,
    isSample: false,
    classes,
    prepareSeconds: 0,
    pages,
    wordsPerText: words / Math.max(1, pages.length),
    // A sample may hold next to nothing of a rare class; texts of the others are as long.
    rareTexts: (own.length >= 20 ? own : pages).map(({ text }) => text),
  };
}

interface Counted {
  rows: number;
  bytes: number;
  labels: Map<string, number>;
  /** Every n-th record. */
  sample: RecordRow[];
  seconds: number;
}

async function countRows({ files, settings, signal, onProgress }: SurveyOptions): Promise<Counted> {
  const begun = performance.now();
  const counted: Counted = { rows: 0, bytes: 0, labels: new Map(), sample: [], seconds: 0 };
  const read = (bytes: number) => {
    counted.bytes = bytes;
    onProgress?.(bytes);
  };
  let every = 1;
  const { columns, csv } = settings;
  for await (const row of readRows({ files, columns, csv, signal, onProgress: read })) {
    counted.rows++;
    if (row.kind !== 'record') continue;
    increase(counted.labels, row.label);
    if (counted.rows % every !== 0) continue;
    counted.sample.push(row);
    if (counted.sample.length < 2 * SAMPLE_ROWS) continue;
    // Thinned by half, so that the sample stays spread over all that was read.
    counted.sample = counted.sample.filter((_, index) => index % 2 === 1);
    every *= 2;
  }
  counted.seconds = (performance.now() - begun) / 1000;
  return counted;
}

/** The classes that the run would choose, if of all rows as large a share is kept as of the sample. */
function estimatedClasses(
  { classes }: PrepareSummary,
  sample: readonly RecordRow[],
  labels: ReadonlyMap<string, number>,
  settings: RunSettings,
): SplitClass[] {
  const kept = sumBy(classes, ({ train, test }) => train + test);
  const seen = classes.map(({ name }) => name);
  const read = sample.filter(({ label }) => seen.includes(label)).length;
  const share = Math.min(1, kept / Math.max(1, read));
  const counts = new Map([...labels].map(([name, count]) => [name, Math.round(count * share)]));
  const { test } = settings.split;
  return chooseClasses(counts, settings.classes).map(({ name, kind, records }) => ({
    name,
    kind,
    train: Math.round(records * (1 - test)),
    test: Math.round(records * test),
  }));
}
