import { resolve } from 'node:path';
import { writeLines } from '../../lib/corpus/line-file.ts';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { ensureTensorFlow } from '../../setup/tensorflow.ts';
import { createOutput } from '../output.ts';
import { settingsOf } from '../setting-flags.ts';
import { readPrompts } from '../text-files.ts';
import { withProgress } from '../watching/progress-line.ts';

const GENERATE = settingsSchema.shape.generate.unwrap();

interface GenerateFlags extends Record<string, unknown> {
  model: string;
  prompts: string;
  out: string;
  json?: boolean;
}

/** Generates a text for each prompt of a file. */
export async function runGenerate(flags: GenerateFlags): Promise<void> {
  const output = createOutput(flags.json);
  const settings = settingsOf(GENERATE, flags);
  const prompts = await readPrompts(flags.prompts);
  await ensureTensorFlow();
  // Loaded on demand, because help must work without the native parts.
  const { decodersFor } = await import('../../lib/t5/decoding/batch-plan.ts');
  const { generateTexts } = await import('../../lib/t5/decoding/generate-texts.ts');
  const startedAt = performance.now();
  const progress = { phase: 'generate', total: prompts.length, unit: 'records' };
  let tokens = 0;
  const records = await withProgress(output, `stopped; ${flags.out} was not written`, ({ show, signal }) => {
    const lines = async function* () {
      const records = generateTexts({
        modelFolder: resolve(flags.model),
        prompts,
        settings,
        decoders: decodersFor(prompts.length, settings),
        signal,
        onProgress: (done, tokensPerSecond) => show({ ...progress, done, figures: { tokensPerSecond } }),
      });
      for await (const { prompt, text, ids, score } of records) {
        tokens += ids.length;
        yield JSON.stringify({ prompt, text, ids, score });
      }
    };
    return writeLines(flags.out, lines());
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const words = `${records} records in ${seconds.toFixed(1)} s: ${flags.out}`;
  output.result({ seconds, tokens, records, out: flags.out }, words);
}
