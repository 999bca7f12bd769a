import { join } from 'node:path';
import { sumBy } from '../arithmetic/sums.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import {
  DATASET_COLUMNS,
  type DatasetRecord,
  readPages,
  writeCsv,
  writeFastText,
} from '../corpus/formats.ts';
import { writeParquet } from '../corpus/source/parquet.ts';
import type { Stage } from './stage.ts';

export interface MergeParameters {
  train: ArtifactReference;
  test: ArtifactReference;
  /** What each branch generated, beyond the filter. */
  branches: { class: string; kept: ArtifactReference }[];
}

export interface MergeSummary {
  real: number;
  generated: number;
}

/**
 * The balanced dataset: training records and generated ones, as `balanced.csv` (`origin` says which, `branch` from which
 * class's branch), as `balanced.parquet` with the same columns, and as `balanced.txt` in fastText's format; the untouched
 * test records beside them in the same three forms.
 */
export const merge: Stage<MergeParameters, MergeSummary> = {
  name: 'merge',
  version: 2,
  async run({ train, test, branches }, { out, open }) {
    const real = await open(train);
    const held = await open(test);
    const generated: { class: string; path: string }[] = [];
    for (const branch of branches) generated.push({ class: branch.class, path: await open(branch.kept) });
    const total = await writeForms(out, 'balanced', () => allRecords(real, generated));
    const tested = await writeForms(out, 'test', () => realRecords(held));
    const count = sumBy(branches, (branch) => branch.kept.records ?? 0);
    return {
      summary: { real: total - count, generated: count },
      records: { ...inEachForm('balanced', total), ...inEachForm('test', tested) },
    };
  },
};

async function writeForms(out: string, name: string, records: () => AsyncIterable<DatasetRecord>) {
  await writeParquet(join(out, `${name}.parquet`), DATASET_COLUMNS, records());
  await writeFastText(join(out, `${name}.txt`), records());
  return writeCsv(join(out, `${name}.csv`), DATASET_COLUMNS, records());
}

const inEachForm = (name: string, records: number): Record<string, number> =>
  Object.fromEntries(['csv', 'parquet', 'txt'].map((form) => [`${name}.${form}`, records]));

async function* realRecords(path: string): AsyncGenerator<DatasetRecord> {
  for await (const page of readPages(path)) yield { ...page, origin: 'real', branch: '' };
}

async function* allRecords(
  real: string,
  generated: { class: string; path: string }[],
): AsyncGenerator<DatasetRecord> {
  yield* realRecords(real);
  for (const { class: branch, path } of generated)
    for await (const page of readPages(path)) yield { ...page, origin: 'generated', branch };
}
