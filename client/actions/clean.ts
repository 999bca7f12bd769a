import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sum } from '../../lib/arithmetic/sums.ts';
import { AllowList } from '../../lib/artifacts/allow-list.ts';
import { PAGE_COLUMNS, readPages, writeCsv, writeFastText } from '../../lib/corpus/formats.ts';
import type { Page } from '../../lib/corpus/page.ts';
import type { PreparationDetails } from '../../lib/corpus/preparation.ts';
import { prepareCorpus } from '../../lib/corpus/prepare.ts';
import { shortList } from '../../lib/corpus/shorten.ts';
import { writeParquet } from '../../lib/corpus/source/parquet.ts';
import { openSources } from '../../lib/corpus/sources.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import { prepareSettings } from '../../lib/settings/prepare-settings.ts';
import { columnAssignments } from '../commands/flags.ts';
import { skippedFileLines } from '../outcome.ts';
import { createOutput } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { withProgress } from '../watching/progress-line.ts';

interface CleanFlags {
  out: string;
  formats: string;
  threads?: number;
  set?: string[];
  columns?: string;
  json?: boolean;
}

type Format = keyof typeof WRITERS;

/** Writers of additional formats of `train.jsonl` and `test.jsonl`, by file extension. */
const WRITERS = {
  txt: writeFastText,
  csv: (path: string, pages: AsyncIterable<Page>) => writeCsv(path, PAGE_COLUMNS, pages),
  parquet: (path: string, pages: AsyncIterable<Page>) => writeParquet(path, PAGE_COLUMNS, pages),
};

/** Runs the prepare stage on the sources and writes its files. */
export async function clean(source: string[], flags: CleanFlags): Promise<void> {
  const output = createOutput(flags.json);
  const set = [...columnAssignments(flags.columns), ...(flags.set ?? [])];
  const settings = parseSettings(readRunInput({ source, set }));
  const out = resolve(flags.out);
  const asked = formats(flags.formats);
  await mkdir(out, { recursive: true });
  const advice = `stopped; what is in ${out} is incomplete`;
  const { passedOver, ...summary } = await withProgress(output, advice, async ({ show, signal }) => {
    const { source, sourceSelection } = settings;
    const allowList = AllowList.everything();
    const { files, passedOver } = await openSources(source, sourceSelection, allowList, { signal });
    const prepared = await prepareCorpus({
      files: files.map(({ path }) => path),
      settings: prepareSettings(settings),
      out,
      threads: flags.threads,
      signal,
      onProgress: show,
    });
    for (const side of ['train', 'test'])
      for (const format of asked)
        await WRITERS[format](join(out, `${side}.${format}`), readPages(join(out, `${side}.jsonl`)));
    return { ...prepared, passedOver };
  });
  output.result({ ...summary, passedOver, out }, describePreparation(summary, passedOver, out));
}

function formats(names: string): Format[] {
  const asked = names.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !Object.hasOwn(WRITERS, name));
  if (unknown !== undefined)
    throw new InvalidInput(
      '--formats',
      `"${unknown}" is no format`,
      `Known formats: ${Object.keys(WRITERS).join(', ')}; .jsonl is always written.`,
    );
  return asked as Format[];
}

function describePreparation(
  summary: PreparationDetails,
  passedOver: readonly string[],
  out: string,
): string {
  const { read, train, test, classes, sources, dropped, unknownLanguage } = summary;
  const sumOf = (counts: Record<string, number>) => sum(Object.values(counts));
  const droppedRecords = Object.entries(dropped).map(([reason, some]) => [reason, sumOf(some)]);
  const toKnow = {
    'dropped duplicates of a page under another label': summary.conflicts,
    'kept although their language could not be detected': sumOf(unknownLanguage),
    'moved to the side where their class had none': summary.moved.length,
  };
  return [
    `${read} rows read, ${train} records for training and ${test} for the test.`,
    ...section('Files read', sources.map(describeSource)),
    ...skippedFileLines(shortList(passedOver)),
    ...section('Rows rejected (all of them stand in rejected.csv)', counts(summary.rejected)),
    ...section('Records repaired', counts(summary.repaired)),
    ...section('Records dropped', counts(Object.fromEntries(droppedRecords))),
    ...section(
      'Labels taken for another spelling of a class',
      shortList(summary.mergedLabels.map(({ from, to, records }) => `  ${from} -> ${to}: ${records}`)),
    ),
    ...section('Records to know of', counts(toKnow)),
    ...section(
      'Classes (training + test)',
      classes.map(({ name, kind, train, test }) => `  ${name}: ${train} + ${test}, ${kind}`),
    ),
    `Written to ${out}`,
  ].join('\n');
}

function describeSource(source: PreparationDetails['sources'][number]): string {
  const { file, format, compression, encoding, delimiter = ',' } = source;
  const packed = compression === 'none' ? '' : `${compression}, `;
  const separated = delimiter === ',' ? '' : `, delimiter ${JSON.stringify(delimiter)}`;
  return `  ${file}: ${format}, ${packed}${encoding}${separated}`;
}

const counts = (part: Partial<Record<string, number>>) =>
  Object.entries(part).flatMap(([what, count]) => (count ? [`  ${what}: ${count}`] : []));

const section = (title: string, lines: string[]) => (lines.length > 0 ? [`${title}:`, ...lines] : []);
