import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { increase } from '../arithmetic/counts.ts';
import { sumBy } from '../arithmetic/sums.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { comparableWords } from '../balancing/words.ts';
import { NearDuplicateIndex } from '../corpus/duplicates/near-duplicate-index.ts';
import { readPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { NEAR_COPY } from '../evaluation/test-overlap.ts';
import type { Differences } from '../runs/reuse.ts';
import type { TextComparison } from '../runs/run-comparison.ts';
import { textDifferences } from '../runs/text-changes.ts';
import { vocabularyDrift } from '../runs/vocabulary-drift.ts';
import type { Stage } from './stage.ts';

/** Pages that a model has learnt from, the last ones its own, and those of this run in their place. */
interface Learnt {
  learntFrom: ArtifactReference[];
  after: ArtifactReference;
}

export interface CompareTextsParameters {
  /** All training pages, of the previous run and of this one. */
  before: ArtifactReference;
  after: ArtifactReference;
  /** What is held out in this run, from the training pages too. */
  test: ArtifactReference;
  validation?: ArtifactReference;
  /** The T5 before the branches, where it was trained on the corpus. */
  base?: Learnt | undefined;
  /** The models of rare classes. */
  classes: ({ class: string } & Learnt)[];
}

/** How far the texts are those of the previous run. File: `text-changes.json` (a `TextComparison`). */
export const compareTexts: Stage<CompareTextsParameters, Differences> = {
  name: 'compareTexts',
  version: 2,
  async run({ before, after, test, validation, base, classes }, { out, open, signal }) {
    const pages = async function* (reference: ArtifactReference): AsyncGenerator<Page> {
      signal.throwIfAborted();
      yield* readPages(await open(reference));
    };
    const wordsOf = async (reference: ArtifactReference) => {
      const counts = new Map<string, number>();
      for await (const { text } of pages(reference))
        for (const word of comparableWords(text)) increase(counts, word);
      return counts;
    };
    const isHeldOut = await findHeldOut(validation ? [test, validation] : [test], after, pages);
    /** How many pages of each file are held out; each is read once. */
    const counted = new Map<string, number>();
    const difference = async ({ learntFrom, after: now }: Learnt) => {
      const change = await textDifferences(pages(learntFrom.at(-1)!), pages(now));
      for (const reference of learntFrom) {
        if (counted.has(reference.digest)) continue;
        counted.set(reference.digest, 0);
        for await (const page of pages(reference)) if (isHeldOut(page)) increase(counted, reference.digest);
      }
      const heldOut = sumBy(learntFrom, ({ digest }) => counted.get(digest)!);
      return { change, difference: { share: change.share, heldOut } };
    };
    const comparison: TextComparison = {
      corpus: await textDifferences(pages(before), pages(after)),
      classes: {},
      vocabulary: vocabularyDrift(await wordsOf(before), await wordsOf(after)),
    };
    const differences: Differences = { classes: {} };
    for (const learnt of classes) {
      const found = await difference(learnt);
      comparison.classes[learnt.class] = found.change;
      differences.classes[learnt.class] = found.difference;
    }
    if (base) differences.base = (await difference(base)).difference;
    await writeFile(join(out, 'text-changes.json'), JSON.stringify(comparison));
    return { summary: differences };
  },
};

/**
 * Tells held-out pages by id, and by text, because a page may come back under another id or with a word changed. A text
 * that stands among the training pages of this run too, or nearly, gives nothing away that the run does not.
 */
async function findHeldOut(
  heldOut: readonly ArtifactReference[],
  train: ArtifactReference,
  pages: (reference: ArtifactReference) => AsyncIterable<Page>,
): Promise<(page: Page) => boolean> {
  const ids = new Set<string>();
  const texts = new NearDuplicateIndex(NEAR_COPY);
  for (const reference of heldOut)
    for await (const { id, text } of pages(reference)) {
      ids.add(id);
      texts.add(text);
    }
  const trainedOn = new Set<number | undefined>([undefined]);
  for await (const { id, text } of pages(train)) if (!ids.has(id)) trainedOn.add(texts.find(text));
  return ({ id, text }) => ids.has(id) || !trainedOn.has(texts.find(text));
}
