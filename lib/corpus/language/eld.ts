import { type LanguageDetector, LEAST_LENGTH, UNKNOWN_LANGUAGE } from './detector.ts';

/** ISO 639-1 codes, which eld gives, of the languages that are told apart further on. */
const LONG_CODES: Readonly<Record<string, string>> = { en: 'eng' };

/** eld's n-grams of 60 languages; its data (1.6 MB) is loaded by the first call. */
export async function createEldDetector(): Promise<LanguageDetector> {
  const { eld } = await import('eld/small');
  return (text) => {
    if (text.length < LEAST_LENGTH) return UNKNOWN_LANGUAGE;
    const { language } = eld.detect(text);
    return language === '' ? UNKNOWN_LANGUAGE : (LONG_CODES[language] ?? language);
  };
}
