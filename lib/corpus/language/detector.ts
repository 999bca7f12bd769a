/** Predicts the language of a cleaned text: its ISO 639-3 code (`eng`), or `und` if undetermined. */
export type LanguageDetector = (text: string) => string;

/** The language could not be detected. */
export const UNKNOWN_LANGUAGE = 'und';

/** Shorter texts are undetermined. */
export const LEAST_LENGTH = 60;

/**
 * Whether most letters of a page are of another script than Latin. The cleaning turns those into spaces; what it
 * leaves (a brand, a year) is too little for a detector, which would call it unknown.
 */
export function isOtherScript(page: string): boolean {
  const others = page.match(/[^\P{L}\p{Script=Latin}]/gu)?.length ?? 0;
  return others > 0 && others > (page.match(/[a-z]/gi)?.length ?? 0);
}

/** eld's n-grams of 60 languages; its data (1.6 MB) is loaded by the first call. */
export async function createEldDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/small');
  return (text) => {
    if (text.length < LEAST_LENGTH) return UNKNOWN_LANGUAGE;
    const { language } = eld.detect(text);
    if (language === '') return UNKNOWN_LANGUAGE;
    return language === 'en' ? 'eng' : language;
  };
}
