import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier } from './classifier.ts';
import { createFastTextClassifier } from './fasttext-classifier.ts';
import { createLogisticClassifier } from './logistic-classifier.ts';

/** Creates the classifier of the settings. */
export const createClassifier = ({ kind, C, thread: _, ...fastText }: ClassifierSettings): Classifier =>
  kind === 'fasttext' ? createFastTextClassifier(fastText) : createLogisticClassifier({ C });
