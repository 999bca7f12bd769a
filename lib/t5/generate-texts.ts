import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../random/random.ts';
import type { GenerateSettings } from '../settings/settings.ts';
import type { DecodingSettings } from './decoding/generate.ts';
import { Generator } from './decoding/generator.ts';
import { truncate } from './objectives/example.ts';
import { loadTokenizer } from './tokenizer/load-tokenizer.ts';

export interface GenerateTextsOptions {
  /** Hugging Face checkpoint, tokenizer included. */
  modelFolder: string;
  prompts: readonly string[];
  settings: DecodingSettings & Pick<GenerateSettings, 'batchSize' | 'maxPromptTokens' | 'seed' | 'precision'>;
  /** Number of the first prompt: what is drawn for a prompt depends on the seed and its number alone. */
  firstNumber?: number;
  /** Folder in which finished batches outlive a kill; without it, generation starts anew each time. */
  scratch?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, tokensPerSecond: number) => void) | undefined;
}

export interface GeneratedText {
  /** Number of the prompt. */
  index: number;
  prompt: string;
  text: string;
  ids: number[];
  score: number;
}

/**
 * Generates a text for each prompt, in the order of the prompts and in batches. Batches that an interrupted generation
 * finished are taken from the scratch folder.
 */
export async function* generateTexts(options: GenerateTextsOptions): AsyncGenerator<GeneratedText> {
  const { modelFolder, prompts, settings, firstNumber = 0, scratch, signal, onProgress } = options;
  const finished = scratch ? await FinishedBatches.open(scratch, settings.batchSize) : undefined;
  yield* finished?.texts ?? [];
  const tokenizer = await loadTokenizer(modelFolder);
  const generator = await Generator.load(modelFolder, settings.precision);
  const begun = performance.now();
  let tokens = 0;
  try {
    for (let start = finished?.texts.length ?? 0; start < prompts.length; start += settings.batchSize) {
      const batch = prompts.slice(start, start + settings.batchSize);
      const inputs = batch.map((prompt) =>
        truncate(tokenizer.encode(prompt), settings.maxPromptTokens, tokenizer.eosId),
      );
      const random = (input: number) =>
        createRandom(settings.seed, 'sampling', String(firstNumber + start + input));
      const generations = await generator.generate({ inputs, settings, random, signal });
      const texts = generations.map(({ ids, score }, offset) => ({
        index: start + offset,
        prompt: batch[offset]!,
        text: tokenizer.decode(ids),
        ids,
        score,
      }));
      await finished?.add(texts);
      tokens += texts.reduce((sum, { ids }) => sum + ids.length, 0);
      onProgress?.(start + batch.length, (tokens * 1000) / (performance.now() - begun));
      yield* texts;
    }
  } finally {
    generator.dispose();
  }
}

/** The batches that were finished before a kill, one a line; a line that was cut short does not count. */
class FinishedBatches {
  readonly texts: GeneratedText[];
  readonly #path: string;

  private constructor(path: string, texts: GeneratedText[]) {
    this.#path = path;
    this.texts = texts;
  }

  static async open(folder: string, batchSize: number): Promise<FinishedBatches> {
    await mkdir(folder, { recursive: true });
    // A batch of another size would shift all prompts: such a file belongs to no generation that goes on.
    const path = join(folder, `batches-of-${batchSize}.jsonl`);
    const content = await readFile(path, 'utf8').catch(() => '');
    const whole = content.slice(0, content.lastIndexOf('\n') + 1);
    if (whole.length < content.length) await writeFile(path, whole);
    const batches = whole.split('\n').filter(Boolean);
    return new FinishedBatches(
      path,
      batches.flatMap((line) => JSON.parse(line) as GeneratedText[]),
    );
  }

  async add(texts: GeneratedText[]): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify(texts)}\n`);
  }
}
