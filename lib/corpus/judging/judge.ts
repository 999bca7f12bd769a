/** What becomes of one text by itself: cleaned, its language predicted on that, then trimmed. */
import type { RunSettings } from '../../settings/settings.ts';
import { type CleaningStep, createCleaner } from '../clean.ts';
import { createDetector } from '../language/create-detector.ts';
import { UNKNOWN_LANGUAGE } from '../language/detector.ts';
import { isOtherScript } from '../language/other-script.ts';
import { trimSentences } from '../trim.ts';

export type JudgeSettings = Pick<RunSettings, 'cleaning' | 'language' | 'languageDetector'>;

export type TextDropReason = 'other language' | 'empty after cleaning';

export interface Verdict {
  /** The clean text; of a dropped one what shows why. */
  text: string;
  dropped?: TextDropReason;
  /** Whether the language could not be told, which is no reason to drop it. */
  unknownLanguage?: boolean;
}

export type Judge = (raw: string) => Verdict;

/** Raised whenever a text's verdict under the same settings changes: verdicts are remembered from run to run. */
export const JUDGE_VERSION = 1;

export async function createJudge({ cleaning, language, languageDetector }: JudgeSettings): Promise<Judge> {
  const clean: CleaningStep = await createCleaner(cleaning);
  const trim: CleaningStep = cleaning.trimSentences ? trimSentences : (text) => text;
  const detector = language ? await createDetector(languageDetector) : undefined;
  return (raw) => {
    if (detector && isOtherScript(raw)) return { text: raw, dropped: 'other language' };
    const cleaned = clean(raw);
    if (!/\p{L}/u.test(cleaned)) return { text: raw, dropped: 'empty after cleaning' };
    const found = detector?.detect(cleaned);
    if (found !== undefined && found !== language && found !== UNKNOWN_LANGUAGE)
      return { text: cleaned, dropped: 'other language' };
    const text = trim(cleaned);
    if (!/\p{L}/u.test(text)) return { text: raw, dropped: 'empty after cleaning' };
    return { text, unknownLanguage: found === UNKNOWN_LANGUAGE };
  };
}
