import type { RunSettings } from '../../settings/settings.ts';
import type { LanguageDetector } from './detector.ts';
import { createEldDetector } from './eld.ts';
import { createFrancDetector } from './franc.ts';

/** The detector that the settings name. */
export async function createDetector(name: RunSettings['languageDetector']): Promise<LanguageDetector> {
  return name === 'eld' ? createEldDetector() : createFrancDetector();
}
