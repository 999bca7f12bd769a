/**
 * Drops what scraped pages begin and end with: menus in the first sentence, copyright and address in the last two.
 *
 * A sentence is what stands between two dots, to the letter of the published code: a text that ends in a dot has an
 * empty last sentence, which counts as one of the two that go, and the dot of `3.5` or `Inc.` divides too. Of `n`
 * sentences (the empty one included)
 *
 * | n         | kept                                                                                      |
 * |-----------|-------------------------------------------------------------------------------------------|
 * | 1, 2 or 3 | all: nothing would remain                                                                 |
 * | 4 or 5    | all but the first and the last: without the last two, only one or two would remain        |
 * | 6 or more | all but the first and the last two                                                        |
 *
 * The rest is joined by dots again, without white space at its ends.
 */
export function trimSentences(text: string): string {
  const sentences = text.split('.');
  let kept = sentences.slice(1, -2);
  if (kept.length === 0) kept = sentences;
  else if (kept.length < 3) kept = sentences.slice(1, -1);
  return kept.join('.').trim();
}
