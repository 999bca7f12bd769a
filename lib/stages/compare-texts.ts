import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { NearDuplicateIndex } from '../corpus/duplicates/near-duplicate-index.ts';
import { readPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { NEAR_COPY } from '../evaluation/test-overlap.ts';
import type { Differences } from '../runs/reuse.ts';
import type { TextComparison } from '../runs/run-comparison.ts';
import { textDifferences } from '../runs/text-changes.ts';
import { vocabularyDrift, WordDistribution } from '../runs/vocabulary-drift.ts';
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
    const heldOutPages = async function* () {
      yield* pages(test);
      if (validation) yield* pages(validation);
    };
    const heldOut = await createHeldOut(heldOutPages(), pages(after));
    const difference = async ({ learntFrom, after: now }: Learnt) => {
      const change = await textDifferences(pages(learntFrom.at(-1)!), pages(now));
      let known = 0;
      for (const reference of learntFrom) known += await heldOut.countIn(reference, pages);
      return { change, difference: { share: change.share, heldOut: known } };
    };
    const [wordsBefore, wordsAfter] = [new WordDistribution(), new WordDistribution()];
    for await (const { text } of pages(before)) wordsBefore.add(text);
    const comparison: TextComparison = {
      corpus: await textDifferences(pages(before), pages(after), ({ text }) => wordsAfter.add(text)),
      classes: {},
      vocabulary: vocabularyDrift(wordsBefore, wordsAfter),
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
 * The held-out pages by id, and by text, because a page may come back under another id or with a word changed. A text that
 * stands among the training pages of this run too, or nearly, gives nothing away that the run does not.
 */
async function createHeldOut(pages: AsyncIterable<Page>, train: AsyncIterable<Page>) {
  const ids = new Set<string>();
  const texts = new NearDuplicateIndex(NEAR_COPY);
  for await (const { id, text } of pages) {
    ids.add(id);
    texts.add(text);
  }
  const trainedOn = new Set<number | undefined>();
  for await (const { id, text } of train) if (!ids.has(id)) trainedOn.add(texts.find(text));
  const isHeldOut = ({ id, text }: Page) => {
    if (ids.has(id)) return true;
    const near = texts.find(text);
    return near !== undefined && !trainedOn.has(near);
  };
  const counted = new Map<string, number>();
  return {
    /** How many pages of a file are held out; each file is read once. */
    countIn: async (
      reference: ArtifactReference,
      pages: (reference: ArtifactReference) => AsyncIterable<Page>,
    ): Promise<number> => {
      const known = counted.get(reference.digest);
      if (known !== undefined) return known;
      let count = 0;
      for await (const page of pages(reference)) if (isHeldOut(page)) count++;
      counted.set(reference.digest, count);
      return count;
    },
  };
}
