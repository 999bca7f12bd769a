import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { ProfileBuilder } from '../balancing/profiles.ts';
import { readPages, writePages } from '../corpus/formats.ts';
import { type PrepareSettings, prepareCorpus } from '../corpus/prepare.ts';
import { classSlug } from './class-slug.ts';
import type { Stage } from './stage.ts';

export type PrepareParameters = { sources: ArtifactReference[] } & PrepareSettings;

export interface PreparedClass {
  name: string;
  kind: 'frequent' | 'rare';
  train: number;
  test: number;
  /** Files of a rare class: its training pages, and its keywords and sentences. */
  texts?: string;
  profile?: string;
}

export interface PrepareSummary {
  /** Most frequent first. */
  classes: PreparedClass[];
  train: number;
  test: number;
}

/**
 * Clean, filter by language, trim, choose the classes, split, and describe the rare classes by their training pages.
 *
 * Files: `train.jsonl`, `test.jsonl`, `rejected.csv`, `preparation.json` (all counts and samples), and for each rare
 * class `classes/<class>/texts.jsonl` and `profile.json`. A branch reads only its own class's files, so that it is
 * done again only when these change.
 */
export const prepare: Stage<PrepareParameters, PrepareSummary> = {
  name: 'prepare',
  version: 1,
  async run({ sources, ...settings }, { out, open, signal, progress }) {
    const files: string[] = [];
    for (const source of sources) files.push(await open(source));
    const preparation = await prepareCorpus({ files, settings, out, signal, onProgress: progress });
    await writeFile(join(out, 'preparation.json'), JSON.stringify(preparation, null, 2));
    const records: Record<string, number> = {
      'train.jsonl': preparation.train,
      'test.jsonl': preparation.test,
    };

    const rare = preparation.classes.filter(({ kind }) => kind === 'rare');
    const labels = rare.map(({ name }) => name);
    const train = join(out, 'train.jsonl');
    const builder = new ProfileBuilder({ labels, seed: settings.split.seed });
    for await (const page of readPages(train)) {
      signal.throwIfAborted();
      builder.add(page);
    }
    for (const profile of builder.profiles()) {
      const folder = classFolder(profile.label);
      await mkdir(join(out, folder), { recursive: true });
      await writeFile(join(out, folder, 'profile.json'), JSON.stringify(profile, null, 2));
      records[`${folder}/texts.jsonl`] = await writePages(
        join(out, folder, 'texts.jsonl'),
        pagesOf(readPages(train), profile.label),
      );
    }
    const classes = preparation.classes.map(({ name, kind, train, test }) =>
      kind === 'rare'
        ? {
            name,
            kind,
            train,
            test,
            texts: `${classFolder(name)}/texts.jsonl`,
            profile: `${classFolder(name)}/profile.json`,
          }
        : { name, kind, train, test },
    );
    return { summary: { classes, train: preparation.train, test: preparation.test }, records };
  },
};

const classFolder = (name: string) => `classes/${classSlug(name)}`;

async function* pagesOf<P extends { label: string }>(
  pages: AsyncIterable<P>,
  label: string,
): AsyncGenerator<P> {
  for await (const page of pages) if (page.label === label) yield page;
}
