import { sumBy } from '../arithmetic/sums.ts';
import type { Page } from '../corpus/page.ts';
import { createClassifier } from '../evaluation/create-classifier.ts';
import type { ClassifierSettings } from '../settings/settings.ts';

/** Long enough to be measured, short enough to be waited for. */
const LEAST_SECONDS = 1;
const MOST_EPOCHS = 256;

/** Words a second of one training of the classifier on these pages. */
export async function calibrateClassifier(
  pages: readonly Page[],
  settings: ClassifierSettings,
): Promise<number> {
  const prepared = await createClassifier(settings).prepare(pages);
  const order = Int32Array.from(pages.keys());
  const words = sumBy(pages, ({ text }) => text.split(/\s+/).length);
  const train = async (epochs: number) => {
    const begun = performance.now();
    const trained = await prepared.train(order, { seed: 42, effort: { epochs, learningRate: settings.lr } });
    const seconds = (performance.now() - begun) / 1000;
    await trained.close?.();
    return seconds;
  };
  // Once for the compiler: the first passes over any code are slow.
  await train(1);
  for (let epochs = 1; ; epochs *= 4) {
    const seconds = await train(epochs);
    if (seconds >= LEAST_SECONDS || epochs >= MOST_EPOCHS) return (words * epochs) / seconds;
  }
}
