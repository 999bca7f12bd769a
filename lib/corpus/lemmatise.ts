/** English lemmas by WordNet's rules and exceptions (the wink-lemmatizer package). */

/**
 * A step that reduces nouns to their singular and, where that changes nothing, verbs to their infinitive:
 * `Companies were printing books` -> `Company be print book`. A capital at the beginning stays, words in capitals
 * stay as they are. The lexicon (13 MB) is loaded by the first call.
 */
export async function createLemmatiser(): Promise<(text: string) => string> {
  const { default: lemmatiser } = await import('wink-lemmatizer');
  return (text) =>
    text.replace(/(?<![A-Za-z0-9'])[A-Z]?[a-z]{2,}(?![A-Za-z0-9'])/g, (word) => lemmatise(word, lemmatiser));
}

function lemmatise(word: string, lemmatiser: typeof import('wink-lemmatizer').default): string {
  // WordNet's rules would take the s of `pass` and `wireless` for a plural's.
  if (word.endsWith('ss')) return word;
  const lower = word.toLowerCase();
  const noun = lemmatiser.noun(lower);
  const lemma = noun === lower ? lemmatiser.verb(lower) : noun;
  return word === lower ? lemma : lemma.charAt(0).toUpperCase() + lemma.slice(1);
}
