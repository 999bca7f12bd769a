import { type LanguageDetector, LEAST_LENGTH, UNKNOWN_LANGUAGE } from './detector.ts';

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
