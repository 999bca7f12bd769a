import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readAllPages } from '../corpus/formats.ts';
import { LabelReader } from '../filtering/label-reader.ts';
import type { Stage } from './stage.ts';

export interface ReadLabelsParameters {
  /** Training pages of every class. */
  texts: ArtifactReference;
  seed: number;
}

/** Trains the scorer of how much a generated record looks like its class. File: `label-reader.json`. */
export const readLabels: Stage<ReadLabelsParameters, { classes: number }> = {
  name: 'readLabels',
  version: 1,
  async run({ texts, seed }, { out, open, signal, progress }) {
    const pages = await readAllPages(await open(texts));
    const parts = await LabelReader.train(pages, {
      seed,
      signal,
      onProgress: (share) =>
        progress({ phase: 'learn to read labels', done: Math.round(100 * share), total: 100, unit: '%' }),
    });
    await writeFile(join(out, 'label-reader.json'), JSON.stringify(parts));
    return { summary: { classes: parts.classes.length } };
  },
};
