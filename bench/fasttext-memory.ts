/**
 * How much memory does it take to evaluate an oversampled set? Real records of 300 words are made up, tokenised once,
 * and drawn with replacement to a million; the classifier trains on the draws for one epoch.
 *
 *     npx tsx bench/fasttext-memory.ts [--records 1000000] [--distinct 300000] [--words 300]
 *
 * With `--distinct` as large as `--records` no record is drawn: all are different. Prints the peak of the process.
 */
import { parseArgs } from 'node:util';
import { CorpusBuilder } from '../lib/fasttext/corpus.ts';
import { trainClassifier } from '../lib/fasttext/training.ts';
import { createRandom } from '../lib/random/random.ts';
import { settingsSchema } from '../lib/settings/settings.ts';
import { zipfLines } from './zipf-corpus.ts';

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    distinct: { type: 'string', default: '300000' },
    words: { type: 'string', default: '300' },
  },
});
const [records, distinct, words] = [flags.records, flags.distinct, flags.words].map(Number) as [
  number,
  number,
  number,
];
const builder = new CorpusBuilder();
for (const line of zipfLines(distinct, words)) builder.addLine(line);
const corpus = builder.build();
const random = createRandom(42, 'memory');
const order = Int32Array.from({ length: records }, (_, place) =>
  distinct < records ? random.int(distinct) : place,
);
const tokenised = peak();
const {
  kind: _kind,
  C: _c,
  thread: _thread,
  ...settings
} = settingsSchema.parse({ source: 'none' }).classifier;
const start = performance.now();
await trainClassifier({ corpus, order, settings: { ...settings, epoch: 1 }, seed: 42 });
console.log(
  `${records} draws of ${distinct} records x ${words} words: peak ${tokenised} MiB after tokenising, ${peak()} MiB after one epoch of ${((performance.now() - start) / 1000).toFixed(0)} s`,
);

function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
