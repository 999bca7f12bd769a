import { sumBy } from '../arithmetic/sums.ts';
import type { Page } from '../corpus/page.ts';
import { createClassifier } from '../evaluation/create-classifier.ts';
import { passesOf } from '../evaluation/words-read.ts';
import type { ClassifierSettings } from '../settings/settings.ts';

/** Enough to be measured. */
const MOST_PASSES = 256;

/** Words a second of one training of the classifier on these pages. */
export async function calibrateClassifier(
  pages: readonly Page[],
  settings: ClassifierSettings,
): Promise<number> {
  const prepared = await createClassifier(settings).prepare(pages);
  const order = Int32Array.from(pages.keys());
  const train = async (epochs: number) => {
    const effort = { epochs, learningRate: settings.lr };
    await prepared.train(order, { seed: 42, effort });
  };
  // Once for the compiler: the first passes over any code are slow.
  await train(1);
  const passes = Math.min(passesOf(settings), MOST_PASSES);
  const begun = performance.now();
  await train(passes);
  const words = sumBy(pages, ({ text }) => text.split(/\s+/).length);
  return (words * passes * 1000) / (performance.now() - begun);
}
