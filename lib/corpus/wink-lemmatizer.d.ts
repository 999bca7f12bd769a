declare module 'wink-lemmatizer' {
  const lemmatiser: {
    /** The singular by WordNet's rules and exceptions; the word itself where it is none. */
    noun(word: string): string;
    /** The infinitive, likewise. */
    verb(word: string): string;
  };
  export default lemmatiser;
}
