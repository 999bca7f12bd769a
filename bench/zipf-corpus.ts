import { fastTextLine } from '../lib/corpus/formats.ts';
import { createRandom } from '../lib/random/random.ts';

/** Distinct words, the k-th in proportion to 1/k. */
const VOCABULARY = 300_000;
const CLASSES = 10;

/** Made-up records in fastText's format, a line each. Their words come as often as those of a natural language. */
export function* zipfLines(records: number, words: number): Generator<string> {
  const random = createRandom(42, 'zipf');
  const word = () => `word${Math.floor(VOCABULARY ** random.next())}`;
  for (let record = 0; record < records; record++) {
    const text = Array.from({ length: words }, word).join(' ');
    yield fastTextLine({ label: `class ${record % CLASSES}`, text });
  }
}
