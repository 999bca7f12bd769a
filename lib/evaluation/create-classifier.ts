import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier } from './classifier.ts';
import { createFastTextClassifier } from './fasttext-classifier.ts';
import { createFastTextProgram } from './fasttext-program.ts';
import { createLogisticClassifier } from './logistic-classifier.ts';

/** The classifier that the settings name. */
export function createClassifier({ kind, thread, C, ...fastText }: ClassifierSettings): Classifier {
  switch (kind) {
    case 'fasttext':
      return createFastTextClassifier(fastText);
    case 'fasttextProgram':
      return createFastTextProgram(fastText, thread);
    case 'logisticRegression':
      return createLogisticClassifier({ C });
  }
}
