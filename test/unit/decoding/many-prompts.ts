import { settingsSchema } from '../../../lib/settings/settings.ts';
import { type GeneratedText, generateTexts } from '../../../lib/t5/generate-texts.ts';

/** Settings under which prompts of many batches are answered in a moment. */
export const CHANGES = { batchSize: 4, minLength: 3, maxLength: 8, numBeams: 2 };
export const settings = { ...settingsSchema.shape.generate.parse({}), ...CHANGES };
/** Of ten such batches, the last with one prompt. */
export const PROMPTS = Array.from(
  { length: 37 },
  (_, index) => `${'Our bakery '.repeat(1 + ((index * 7) % 5))}${index}`,
);

/** All texts for them, or as the options want it. */
export async function collectTexts(
  modelFolder: string,
  options: Partial<Parameters<typeof generateTexts>[0]> = {},
): Promise<GeneratedText[]> {
  const texts: GeneratedText[] = [];
  for await (const text of generateTexts({ modelFolder, prompts: PROMPTS, settings, ...options }))
    texts.push(text);
  return texts;
}
