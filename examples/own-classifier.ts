import type { Classifier } from 'counterpoise';

const wordsOf = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? [];

/** Each word votes for the classes by how much of their text it is: naive Bayes without priors. */
export function createNearestClass(): Classifier {
  return {
    prepare: async (records) => ({
      train: async (order) => {
        const classes = new Map<string, { words: Map<string, number>; total: number }>();
        for (const record of order) {
          const { label, text } = records[record]!;
          const known = classes.get(label) ?? { words: new Map(), total: 0 };
          classes.set(label, known);
          for (const word of wordsOf(text)) {
            known.words.set(word, (known.words.get(word) ?? 0) + 1);
            known.total++;
          }
        }
        const score = (text: string, { words, total }: { words: Map<string, number>; total: number }) =>
          wordsOf(text).reduce((sum, word) => sum + Math.log(((words.get(word) ?? 0) + 0.1) / total), 0);
        const best = (text: string) =>
          [...classes]
            .map(([label, words]) => ({ label, score: score(text, words) }))
            .reduce((a, b) => (b.score > a.score ? b : a)).label;
        return { predict: async (texts) => texts.map(best) };
      },
    }),
  };
}
