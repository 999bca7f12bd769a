import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { type DatasetRecord, fastTextLine, readPages, writeDatasetCsv } from '../corpus/formats.ts';
import { writeLines } from '../corpus/line-file.ts';
import type { Page } from '../corpus/page.ts';
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
 * class's branch) and in fastText's format; the untouched test records beside them.
 */
export const merge: Stage<MergeParameters, MergeSummary> = {
  name: 'merge',
  version: 1,
  async run({ train, test, branches }, { out, open }) {
    const real = await open(train);
    const held = await open(test);
    const generated: { class: string; path: string }[] = [];
    for (const branch of branches) generated.push({ class: branch.class, path: await open(branch.kept) });

    const balanced = () => allRecords(real, generated);
    const total = await writeDatasetCsv(join(out, 'balanced.csv'), balanced());
    await writeLines(join(out, 'balanced.txt'), fastTextLines(balanced()));
    const tested = await writeDatasetCsv(join(out, 'test.csv'), realRecords(held));
    await writeLines(join(out, 'test.txt'), fastTextLines(realRecords(held)));
    const count = branches.reduce((sum, branch) => sum + (branch.kept.records ?? 0), 0);
    return {
      summary: { real: total - count, generated: count },
      records: { 'balanced.csv': total, 'balanced.txt': total, 'test.csv': tested, 'test.txt': tested },
    };
  },
};

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

async function* fastTextLines(pages: AsyncIterable<Page>): AsyncGenerator<string> {
  for await (const page of pages) yield fastTextLine(page);
}
