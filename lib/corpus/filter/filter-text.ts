/** What becomes of one text by itself: cleaned, its language predicted on that, then trimmed. */
import type { RunSettings } from '../../settings/settings.ts';
import { type CleaningStep, createCleaner } from '../clean.ts';
import { UNKNOWN_LANGUAGE } from '../language/detector.ts';
import { createEldDetector } from '../language/eld.ts';
import { detectByFranc } from '../language/franc.ts';
import { isOtherScript } from '../language/other-script.ts';
import { trimSentences } from '../trim.ts';

export type TextSettings = Pick<RunSettings, 'cleaning' | 'language' | 'languageDetector'>;

export interface FilteredText {
  /** The clean text; of a dropped one what shows why. */
  text: string;
  dropped?: 'other language' | 'empty after cleaning';
  /** Whether the language could not be detected, which is no reason to drop it. */
  isUnknownLanguage?: boolean;
}

export type TextFilter = (raw: string) => FilteredText;

/** The steps that the settings switch on, as one function of a text. */
export async function createTextFilter(settings: TextSettings): Promise<TextFilter> {
  const { cleaning, language, languageDetector } = settings;
  const clean: CleaningStep = await createCleaner(cleaning);
  const trim: CleaningStep = cleaning.trimSentences ? trimSentences : (text) => text;
  const detect = languageDetector === 'eld' ? await createEldDetector() : detectByFranc;
  return (raw) => {
    if (language && isOtherScript(raw)) return { text: raw, dropped: 'other language' };
    const cleaned = clean(raw);
    if (!/\p{L}/u.test(cleaned)) return { text: raw, dropped: 'empty after cleaning' };
    const found = language ? detect(cleaned) : undefined;
    if (found !== undefined && found !== language && found !== UNKNOWN_LANGUAGE)
      return { text: cleaned, dropped: 'other language' };
    const text = trim(cleaned);
    if (!/\p{L}/u.test(text)) return { text: raw, dropped: 'empty after cleaning' };
    return { text, isUnknownLanguage: found === UNKNOWN_LANGUAGE };
  };
}
