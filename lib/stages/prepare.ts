import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { ProfileBuilder } from '../balancing/profiles.ts';
import { pageLine, readPages } from '../corpus/formats.ts';
import { LineFile } from '../corpus/line-file.ts';
import { prepareCorpus } from '../corpus/prepare.ts';
import type { PrepareSettings } from '../settings/prepare-settings.ts';
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
 * Files: `train.jsonl`, `test.jsonl`, `rejected.csv`, `preparation.json` (all counts and samples), `records.bin` (digests
 * of all records, which the next run of the dataset is compared with), and for each rare class `classes/<class>/texts.jsonl` and `profile.json`. A branch reads only its own class's files, so that it is
 * done again only when these change.
 */
export const prepare: Stage<PrepareParameters, PrepareSummary> = {
  name: 'prepare',
  version: 2,
  async run({ sources, ...settings }, { out, scratch, cache, open, signal, progress }) {
    const files: string[] = [];
    for (const source of sources) files.push(await open(source));
    const preparation = await prepareCorpus({
      files,
      settings,
      out,
      scratch,
      cache: await cache(),
      signal,
      onProgress: progress,
    });
    await writeFile(join(out, 'preparation.json'), JSON.stringify(preparation, null, 2));
    const rare = preparation.classes.filter(({ kind }) => kind === 'rare').map(({ name }) => name);
    const records = {
      'train.jsonl': preparation.train,
      'test.jsonl': preparation.test,
      ...(await describeClasses(out, rare, settings.split.seed, signal)),
    };
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

/**
 * Writes the training pages and the profile of each rare class. It reads nothing but the training side.
 * @returns how many pages each file of texts has
 */
async function describeClasses(
  out: string,
  rare: readonly string[],
  seed: number,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const builder = new ProfileBuilder({ labels: rare, seed });
  const texts = new Map<string, LineFile>();
  try {
    for (const label of rare) {
      await mkdir(join(out, classFolder(label)), { recursive: true });
      texts.set(label, await LineFile.create(join(out, classFolder(label), 'texts.jsonl')));
    }
    for await (const page of readPages(join(out, 'train.jsonl'))) {
      signal.throwIfAborted();
      builder.add(page);
      await texts.get(page.label)?.write(pageLine(page));
    }
    for (const profile of builder.profiles())
      await writeFile(
        join(out, classFolder(profile.label), 'profile.json'),
        JSON.stringify(profile, null, 2),
      );
    for (const file of texts.values()) await file.close();
  } finally {
    for (const file of texts.values()) await file.discard();
  }
  return Object.fromEntries(
    [...texts].map(([label, file]) => [`${classFolder(label)}/texts.jsonl`, file.lines]),
  );
}
