import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier } from './classifier.ts';
import { createFastTextClassifier } from './fasttext-classifier.ts';

/** The classifier that the settings name. */
export function createClassifier(settings: ClassifierSettings): Classifier {
  return createFastTextClassifier(settings);
}
