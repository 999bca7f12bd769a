import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProfileBuilder, type ProfileOptions } from '../balancing/profiles.ts';
import { pageLine, readPages } from '../corpus/formats.ts';
import type { SourceReference } from '../corpus/import-sources.ts';
import { writeFiles } from '../corpus/line-file.ts';
import { type PrepareOptions, prepareCorpus } from '../corpus/prepare.ts';
import type { SplitClass } from '../corpus/split.ts';
import type { PrepareSettings } from '../settings/prepare-settings.ts';
import { classSlug } from './class-slug.ts';
import type { Stage } from './stage.ts';

export type PrepareParameters = { sources: SourceReference[] } & PrepareSettings;

export interface PreparedClass extends SplitClass {
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
 * class `classes/<class>/texts.jsonl` and `profile.json`. A branch reads only its own class's files, so that it is done
 * again only when these change. With a share of `validation`, also `learn.jsonl` and `validation.jsonl`, the two parts
 * of the training records, and the classes' files are of the former.
 */
export const prepare: Stage<PrepareParameters, PrepareSummary> = {
  name: 'prepare',
  version: 4,
  async run({ sources, ...settings }, { out, scratch, open, signal, progress }) {
    const files: PrepareOptions['files'] = [];
    for (const { layout, ...source } of sources) {
      const file = await open(source);
      files.push(layout ? { ...layout, file, bytes: source.bytes } : file);
    }
    const preparation = await prepareCorpus({ files, settings, out, scratch, signal, onProgress: progress });
    await writeFile(join(out, 'preparation.json'), JSON.stringify(preparation, null, 2));
    const rare = preparation.classes.filter(({ kind }) => kind === 'rare').map(({ name }) => name);
    const learnt = join(out, settings.validation ? 'learn.jsonl' : 'train.jsonl');
    const texts = await describeClasses(learnt, out, { labels: rare, seed: settings.split.seed }, signal);
    const { train, test } = preparation;
    const classes = preparation.classes.map(({ name, kind, train, test }): PreparedClass => {
      const files = kind === 'rare' ? { texts: textsFile(name), profile: profileFile(name) } : {};
      return { name, kind, train, test, ...files };
    });
    const records = { 'train.jsonl': train, 'test.jsonl': test, ...texts };
    return { summary: { classes, train, test }, records };
  },
};

const classFolder = (label: string) => `classes/${classSlug(label)}`;
const textsFile = (label: string) => `${classFolder(label)}/texts.jsonl`;
const profileFile = (label: string) => `${classFolder(label)}/profile.json`;

/**
 * Writes the training pages and the profile of each class.
 * @param training file of the training side, pages as JSONL; no other page is read
 * @returns how many pages each file of texts has
 */
async function describeClasses(
  training: string,
  out: string,
  options: ProfileOptions,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const builder = new ProfileBuilder(options);
  for (const label of options.labels) await mkdir(join(out, classFolder(label)), { recursive: true });
  const paths = options.labels.map((label) => [label, join(out, textsFile(label))]);
  return writeFiles(Object.fromEntries(paths) as Record<string, string>, async (texts) => {
    for await (const page of readPages(training)) {
      signal.throwIfAborted();
      builder.add(page);
      if (Object.hasOwn(texts, page.label)) await texts[page.label]!.write(pageLine(page));
    }
    for (const profile of builder.profiles())
      await writeFile(join(out, profileFile(profile.label)), JSON.stringify(profile, null, 2));
    return Object.fromEntries(Object.entries(texts).map(([label, { lines }]) => [textsFile(label), lines]));
  });
}
