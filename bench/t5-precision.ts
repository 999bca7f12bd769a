/**
 * Does a model learn the same in bfloat16? The `small` model learns from real texts three times: in float32, in
 * bfloat16, and in float32 with another seed, which says how much two trainings differ anyway.
 *
 *     npx tsx bench/t5-precision.ts --csv reuters.csv [--texts 800] [--epochs 1]
 *
 * Prints the mean loss of each tenth of the training.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { settingsSchema } from '../lib/settings/settings.ts';
import { createModel } from '../lib/t5/checkpoint/checkpoint.ts';
import { scratchConfig, scratchVocabSize } from '../lib/t5/checkpoint/presets.ts';
import { loadTokenizer } from '../lib/t5/tokenizer/load-tokenizer.ts';
import { saveTokenizer } from '../lib/t5/tokenizer/tokenizer-files.ts';
import { trainTokenizer } from '../lib/t5/tokenizer/train-tokenizer.ts';
import { trainOnTexts } from '../lib/t5/training/train-model.ts';

const { values: flags } = parseArgs({
  options: {
    csv: { type: 'string' },
    texts: { type: 'string', default: '800' },
    epochs: { type: 'string', default: '1' },
  },
});

const defaults = settingsSchema.shape.fineTune.unwrap().parse({});
const folder = await mkdtemp(join(tmpdir(), 't5-precision-'));
try {
  const texts = await readTexts(flags.csv!, Number(flags.texts));
  await saveTokenizer(folder, await trainTokenizer(texts, { vocabSize: scratchVocabSize('small') }));
  const tokenizer = await loadTokenizer(folder);
  const runs = [
    { precision: 'float32', seed: 42 },
    { precision: 'bfloat16', seed: 42 },
    { precision: 'float32', seed: 43 },
  ] as const;
  for (const { precision, seed } of runs) {
    const model = await createModel(scratchConfig('small', tokenizer.vocabSize), seed);
    const { losses, seconds } = await trainOnTexts({
      model,
      tokenizer,
      texts,
      settings: {
        ...defaults,
        precision,
        seed,
        epochs: Number(flags.epochs),
        learningRate: 1e-3,
        warmupSteps: 20,
        maxInputTokens: 64,
        maxTargetTokens: 64,
      },
    });
    model.dispose();
    const tenths = Array.from({ length: 10 }, (_, part) => {
      const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * losses.length) / 10));
      const stretch = losses.slice(from, to);
      return stretch.reduce((sum, { loss }) => sum + loss, 0) / stretch.length;
    });
    console.log(
      `${precision.padEnd(8)} seed ${seed}: ${tenths.map((loss) => loss.toFixed(3)).join(' ')}  (${losses.length} steps, ${seconds.toFixed(0)} s)`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

async function readTexts(path: string, count: number): Promise<string[]> {
  const texts: string[] = [];
  const rows = createReadStream(path).pipe(parse({ columns: true, relax_column_count: true }));
  for await (const { text } of rows as AsyncIterable<{ text: string }>) {
    if (text) texts.push(text);
    if (texts.length === count) break;
  }
  return texts;
}
