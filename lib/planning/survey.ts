/** What a run would read: its rows, what cleaning leaves of them, and which classes come out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { increase } from '../arithmetic/counts.ts';
import { sumBy } from '../arithmetic/sums.ts';
import { referToFile } from '../artifacts/digest.ts';
import { FolderStore } from '../artifacts/folder-store.ts';
import { chooseClasses } from '../corpus/classes.ts';
import { pageLine, readAllPages } from '../corpus/formats.ts';
import { LineFile } from '../corpus/line-file.ts';
import type { Page } from '../corpus/page.ts';
import { readRows } from '../corpus/read.ts';
import type { RecordRow } from '../corpus/rows.ts';
import type { SplitClass } from '../corpus/split.ts';
import { prepareSettings } from '../settings/prepare-settings.ts';
import type { RunSettings } from '../settings/settings.ts';
import { type PrepareParameters, prepare } from '../stages/prepare.ts';
import { runStage } from '../stages/run-stage.ts';

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
  try {
    const counted = await countRows(options);
    if (counted.rows <= WHOLE_ROWS) return await surveyWhole(files, counted, settings, folder);
    return await surveySample(counted, settings, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

async function surveyWhole(
  files: string[],
  { rows, bytes }: Counted,
  settings: RunSettings,
  folder: string,
): Promise<Survey> {
  const prepared = await prepareIn(folder, files, settings);
  const classes = prepared.classes.map(({ name, kind, train, test }) => ({ name, kind, train, test }));
  const pages = await readAllPages(prepared.train, MOST_TEXTS);
  return withTexts({ rows, bytes, isSample: false, classes, prepareSeconds: prepared.seconds, pages });
}

async function surveySample(counted: Counted, settings: RunSettings, folder: string): Promise<Survey> {
  const file = await LineFile.create(join(folder, 'sample.jsonl'));
  for (const { id, text, label } of counted.sample) await file.write(pageLine({ id, text, label }));
  await file.close();
  // Classes that a sample can show; which ones the run would choose follows from the counts of all rows.
  const prepared = await prepareIn(folder, [join(folder, 'sample.jsonl')], {
    ...settings,
    columns: { id: 'id', text: 'text', label: 'label' },
    classes: { frequent: 1000, rare: 1, minRecords: 40, rareBelow: null },
  });
  const kept = sumBy(prepared.classes, ({ train, test }) => train + test);
  const seen = prepared.classes.map(({ name }) => name);
  const read = counted.sample.filter(({ label }) => seen.includes(label)).length;
  const share = Math.min(1, kept / Math.max(1, read));
  const estimated = [...counted.labels].map(([name, count]) => [name, Math.round(count * share)] as const);
  const { test } = settings.split;
  const classes = chooseClasses(new Map(estimated), settings.classes).map(({ name, kind, records }) => ({
    name,
    kind,
    train: Math.round(records * (1 - test)),
    test: Math.round(records * test),
  }));
  const { rows, bytes } = counted;
  const prepareSeconds = counted.seconds + (prepared.seconds / counted.sample.length) * rows;
  const pages = await readAllPages(prepared.train, MOST_TEXTS);
  return withTexts({ rows, bytes, isSample: true, classes, prepareSeconds, pages });
}

async function prepareIn(folder: string, files: string[], settings: RunSettings) {
  const sources = await Promise.all(files.map((file) => referToFile(file)));
  const parameters: PrepareParameters = { sources, ...prepareSettings(settings) };
  const begun = performance.now();
  const result = await runStage(new FolderStore(join(folder, 'store')), prepare, parameters);
  return {
    seconds: (performance.now() - begun) / 1000,
    classes: result.summary.classes,
    train: await new FolderStore(join(folder, 'store')).open(result.files['train.jsonl']!),
  };
}

/** What was found, with the texts of the rare classes and how long texts are. */
export function withTexts(found: Omit<Survey, 'wordsPerText' | 'rareTexts'>): Survey {
  const { pages, classes } = found;
  const rare = classes.filter(({ kind }) => kind === 'rare').map(({ name }) => name);
  const mine = pages.filter(({ label }) => rare.includes(label));
  const words = sumBy(pages, ({ text }) => text.split(/\s+/).length);
  return {
    ...found,
    wordsPerText: words / Math.max(1, pages.length),
    // A sample may hold next to nothing of a rare class; texts of the others are as long.
    rareTexts: (mine.length >= 20 ? mine : pages).map(({ text }) => text),
  };
}
