import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../random/random.ts';
import type { GenerateSettings } from '../settings/settings.ts';
import type { DecodingSettings } from './decoding/generate.ts';
import { Generator } from './decoding/generator.ts';
import { truncate } from './objectives/example.ts';
import { loadTokenizer } from './tokenizer/load-tokenizer.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

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
  /** @param done texts that are finished */
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

/** Batches among whose prompts those of similar length are put together: padding is computed like everything else. */
const WINDOW = 8;

/**
 * Generates a text for each prompt, in the order of the prompts and in batches. Batches that an interrupted generation
 * finished are taken from the scratch folder.
 */
export async function* generateTexts(options: GenerateTextsOptions): AsyncGenerator<GeneratedText> {
  const { modelFolder, prompts, settings, scratch, onProgress } = options;
  const finished = await FinishedBatches.open(scratch, settings.batchSize);
  const tokenizer = await loadTokenizer(modelFolder);
  let generator: Generator | undefined;
  const begun = performance.now();
  let tokens = 0;
  try {
    for (let start = 0; start < prompts.length; start += WINDOW * settings.batchSize) {
      const inputs = prompts
        .slice(start, start + WINDOW * settings.batchSize)
        .map((prompt) => truncate(tokenizer.encode(prompt), settings.maxPromptTokens, tokenizer.eosId));
      for (const batch of batchesOfSimilarLength(inputs, settings.batchSize)) {
        if (finished.has(start + batch[0]!)) continue;
        generator ??= await Generator.load(modelFolder, settings.precision);
        const texts = await generateBatch(options, generator, tokenizer, inputs, start, batch);
        await finished.add(texts);
        tokens += texts.reduce((sum, { ids }) => sum + ids.length, 0);
        onProgress?.(finished.size, (tokens * 1000) / (performance.now() - begun));
      }
      for (const offset of inputs.keys()) yield finished.take(start + offset);
    }
  } finally {
    generator?.dispose();
  }
}

/** Places of the inputs, in batches from the shortest to the longest. */
function batchesOfSimilarLength(inputs: readonly ArrayLike<number>[], batchSize: number): number[][] {
  const places = [...inputs.keys()].sort((a, b) => inputs[a]!.length - inputs[b]!.length || a - b);
  return Array.from({ length: Math.ceil(places.length / batchSize) }, (_, batch) =>
    places.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

/**
 * @param start number of the first of the inputs
 * @param batch places among the inputs
 */
async function generateBatch(
  { prompts, settings, firstNumber = 0, signal }: GenerateTextsOptions,
  generator: Generator,
  tokenizer: Tokenizer,
  inputs: readonly ArrayLike<number>[],
  start: number,
  batch: readonly number[],
): Promise<GeneratedText[]> {
  const generations = await generator.generate({
    inputs: batch.map((place) => inputs[place]!),
    settings,
    random: (place) => createRandom(settings.seed, 'sampling', String(firstNumber + start + batch[place]!)),
    signal,
  });
  return generations.map(({ ids, score }, place) => {
    const index = start + batch[place]!;
    return { index, prompt: prompts[index]!, text: tokenizer.decode(ids), ids, score };
  });
}

/** The batches that are finished, one a line of a file that outlives a kill; a line that was cut short does not count. */
class FinishedBatches {
  /** Texts in all, those that were taken included. */
  size = 0;
  readonly #path: string | undefined;
  readonly #texts = new Map<number, GeneratedText>();

  private constructor(path: string | undefined) {
    this.#path = path;
  }

  /** @param folder of the file; without one, nothing outlives this process */
  static async open(folder: string | undefined, batchSize: number): Promise<FinishedBatches> {
    if (folder === undefined) return new FinishedBatches(undefined);
    await mkdir(folder, { recursive: true });
    // A batch of another size would put other prompts together: such a file belongs to no generation that goes on.
    const path = join(folder, `batches-of-${batchSize}.jsonl`);
    const content = await readFile(path, 'utf8').catch(() => '');
    const whole = content.slice(0, content.lastIndexOf('\n') + 1);
    if (whole.length < content.length) await writeFile(path, whole);
    const finished = new FinishedBatches(path);
    for (const line of whole.split('\n').filter(Boolean)) finished.#note(JSON.parse(line) as GeneratedText[]);
    return finished;
  }

  has(index: number): boolean {
    return this.#texts.has(index);
  }

  /** A finished text, which is forgotten. */
  take(index: number): GeneratedText {
    const text = this.#texts.get(index)!;
    this.#texts.delete(index);
    return text;
  }

  async add(texts: GeneratedText[]): Promise<void> {
    if (this.#path) await appendFile(this.#path, `${JSON.stringify(texts)}\n`);
    this.#note(texts);
  }

  #note(texts: GeneratedText[]): void {
    for (const text of texts) this.#texts.set(text.index, text);
    this.size += texts.length;
  }
}
