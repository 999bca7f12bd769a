import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { prepareCorpus } from '../corpus/prepare.ts';
import type { SplitClass } from '../corpus/split.ts';
import type { PrepareSettings } from '../settings/prepare-settings.ts';
import { describeClasses, profileFile, textsFile } from './describe-classes.ts';
import type { Stage } from './stage.ts';

export type PrepareParameters = { sources: ArtifactReference[] } & PrepareSettings;

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
    const files: string[] = [];
    for (const source of sources) files.push(await open(source));
    const preparation = await prepareCorpus({ files, settings, out, scratch, signal, onProgress: progress });
    await writeFile(join(out, 'preparation.json'), JSON.stringify(preparation, null, 2));
    const texts = await describeClasses(join(out, settings.validation ? 'learn.jsonl' : 'train.jsonl'), {
      out,
      labels: preparation.classes.filter(({ kind }) => kind === 'rare').map(({ name }) => name),
      seed: settings.split.seed,
      signal,
    });
    const records = { 'train.jsonl': preparation.train, 'test.jsonl': preparation.test, ...texts };
    const { train, test } = preparation;
    return { summary: { classes: preparation.classes.map(withFiles), train, test }, records };
  },
};

function withFiles({ name, kind, train, test }: SplitClass): PreparedClass {
  const files = kind === 'rare' ? { texts: textsFile(name), profile: profileFile(name) } : {};
  return { name, kind, train, test, ...files };
}
