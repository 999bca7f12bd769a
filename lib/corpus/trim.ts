/**
 * Drops what scraped pages begin and end with: menus in the first sentence, copyright and address in the last two. Of 4 or
 * 5 sentences, of which that would leave one or two, it drops the first and the last; of 3 or fewer, none.
 *
 * A sentence is what stands between two dots, to the letter of the published code: a text that ends in a dot has an
 * empty last sentence, which counts, and the dot of `3.5` or `Inc.` divides too.
 */
export function trimSentences(text: string): string {
  const sentences = text.split('.');
  let kept = sentences.slice(1, -2);
  if (kept.length === 0) kept = sentences;
  else if (kept.length < 3) kept = sentences.slice(1, -1);
  return kept.join('.').trim();
}
