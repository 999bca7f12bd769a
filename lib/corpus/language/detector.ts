/** Which language a cleaned text is in. */

/** Told apart by what a text is written in; anything that says so can be plugged in. */
export interface LanguageDetector {
  /** ISO 639-3 code (`eng`), or `und` where the text is too short or too odd to say. */
  detect(text: string): string;
}

/** What a detector could not tell. */
export const UNKNOWN_LANGUAGE = 'und';
