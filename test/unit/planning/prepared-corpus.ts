import type { SplitClass } from '../../../lib/corpus/split.ts';
import type { PlannedCorpus } from '../../../lib/planning/work.ts';

/** A prepared corpus whose files nobody opens, of texts of 100 words. */
export function preparedCorpus(classes: readonly SplitClass[]): PlannedCorpus {
  const file = (records: number) => ({ uri: 'file:///pages', digest: 'sha256:0', bytes: records, records });
  const total = (of: (each: SplitClass) => number) => classes.reduce((sum, each) => sum + of(each), 0);
  const [train, test] = [total((each) => each.train), total((each) => each.test)];
  return {
    rows: 2000,
    wordsPerText: 100,
    summary: {
      train,
      test,
      classes: classes.map((each) => ({ ...each, texts: each.name, profile: `profile of ${each.name}` })),
    },
    files: {
      'train.jsonl': file(train),
      'test.jsonl': file(test),
      ...Object.fromEntries(classes.map(({ name, train: own }) => [name, file(own)])),
      ...Object.fromEntries(classes.map(({ name }) => [`profile of ${name}`, file(1)])),
    },
  };
}
