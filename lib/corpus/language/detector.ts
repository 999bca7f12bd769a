/** Predicts the language of a cleaned text: its ISO 639-3 code (`eng`), or `und` where it is too short or too odd to say. */
export type LanguageDetector = (text: string) => string;

/** The language could not be detected. */
export const UNKNOWN_LANGUAGE = 'und';

/** Texts of fewer characters say too little. */
export const LEAST_LENGTH = 60;
