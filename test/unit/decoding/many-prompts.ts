import path from 'node:path';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { type GeneratedText, generateTexts } from '../../../lib/t5/decoding/generate-texts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeTinyModel } from './tiny-model.ts';

/** Settings under which prompts of many batches are answered in a moment. */
export const CHANGES = { batchSize: 4, minLength: 3, maxLength: 8, numBeams: 2 };
export const settings = { ...settingsSchema.shape.generate.parse({}), ...CHANGES };
/** Of ten such batches, the last with one prompt. */
export const PROMPTS = Array.from(
  { length: 37 },
  (_, index) => `${'Our bakery '.repeat(1 + ((index * 7) % 5))}${index}`,
);

/** A model for a suite's tests, made before them, and what collects all texts for the prompts, or as options want it. */
export function tinyGenerator() {
  const root = temporaryFolder();
  const modelFolder = path.join(root, 'model');
  before(() => writeTinyModel(modelFolder));
  const collect = async (
    options: Partial<Parameters<typeof generateTexts>[0]> = {},
  ): Promise<GeneratedText[]> => {
    const texts: GeneratedText[] = [];
    for await (const text of generateTexts({ modelFolder, prompts: PROMPTS, settings, ...options }))
      texts.push(text);
    return texts;
  };
  return { root, modelFolder, collect };
}
