import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sumBy } from '../../arithmetic/sums.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import { distribute } from '../../threads/distribute.ts';
import { truncate } from '../objectives/example.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { batchSizeFor, inBatches } from './batch-plan.ts';
import type { Blanks } from './blanks.ts';
import { Decoders } from './decoders.ts';
import { type DecodingSettings, Generator } from './generator.ts';

export interface GenerateTextsOptions {
  /** Hugging Face checkpoint, tokenizer included. */
  modelFolder: string;
  prompts: readonly string[];
  /** Whether the answer to a prompt fills in its blanks, by number of the prompt; none does by default. */
  fillsBlanks?: ((index: number) => boolean) | undefined;
  settings: DecodingSettings & Pick<GenerateSettings, 'batchSize' | 'maxPromptTokens' | 'seed' | 'precision'>;
  /** Batches that are decoded at once at most (default 1). The texts do not depend on it. */
  decoders?: number;
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
  const { modelFolder, prompts, fillsBlanks, settings, signal, onProgress } = options;
  const { scratch, decoders: most = 1, firstNumber = 0 } = options;
  const batchSize = batchSizeFor(prompts.length, settings);
  const finished = new FinishedBatches(scratch, batchSize);
  const tokenizer = await loadTokenizer(modelFolder);
  let decoders: Decoders | undefined;
  const begun = performance.now();
  let tokens = 0;
  const decodeAll = (batches: readonly { inputs: number[][]; indices: number[] }[], { all }: Decoders) =>
    distribute(batches, all, signal, async (decode, { inputs, indices }, stop) => {
      const numbers = indices.map((index) => firstNumber + index);
      const blanks = fillsBlanks && blanksOf(inputs, indices.map(fillsBlanks), tokenizer);
      const generations = await decode({ inputs, settings, seed: settings.seed, numbers, blanks }, stop);
      const texts = generations.map(({ ids, score }, place) => {
        const index = indices[place]!;
        return { index, prompt: prompts[index]!, text: tokenizer.decode(ids), ids, score };
      });
      finished.add(texts);
      tokens += sumBy(texts, ({ ids }) => ids.length);
      onProgress?.(finished.size, (tokens * 1000) / (performance.now() - begun));
    });
  try {
    for (let start = 0; start < prompts.length; start += WINDOW * batchSize) {
      const inputs = prompts
        .slice(start, start + WINDOW * batchSize)
        .map((prompt) => truncate(tokenizer.encode(prompt), settings.maxPromptTokens, tokenizer.eosId));
      // From the shortest to the longest: a batch is padded to its longest input.
      const places = [...inputs.keys()].sort((a, b) => inputs[a]!.length - inputs[b]!.length || a - b);
      const batches = inBatches(places, batchSize)
        .filter(([place]) => !finished.has(start + place!))
        .map((batch) => ({
          inputs: batch.map((place) => inputs[place]!),
          indices: batch.map((place) => start + place),
        }));
      if (batches.length > 0 && !decoders) {
        const { precision, numBeams } = settings;
        const generator = await Generator.load(modelFolder, { precision, rows: batchSize * numBeams });
        decoders = new Decoders(generator, Math.min(most, Math.ceil(prompts.length / batchSize)));
      }
      if (decoders) await decodeAll(batches, decoders);
      for (const offset of inputs.keys()) yield finished.take(start + offset);
    }
  } finally {
    await decoders?.dispose();
  }
}

/** @param fills by input: whether its answer fills in its blanks */
function blanksOf(inputs: readonly number[][], fills: readonly boolean[], tokenizer: Tokenizer): Blanks {
  const sentinels = Array.from({ length: tokenizer.sentinelCount }, (_, index) => tokenizer.sentinel(index));
  const known = new Set(sentinels);
  const counts = inputs.map((ids, place) => (fills[place] ? ids.filter((id) => known.has(id)).length : 0));
  return { sentinels, counts };
}

/** Texts that are finished, by the number of their prompt. Those of a batch make a line of a file that outlives a kill. */
class FinishedBatches {
  /** Texts in all, those that were taken included. */
  size = 0;
  readonly #path: string | undefined;
  readonly #texts = new Map<number, GeneratedText>();

  /** @param folder of the file; without one, nothing outlives this process */
  constructor(folder: string | undefined, batchSize: number) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    // A batch of another size would put other prompts together: such a file belongs to no generation that goes on.
    this.#path = join(folder, `batches-of-${batchSize}.jsonl`);
    const content = existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
    // A line that was cut short does not count.
    const whole = content.slice(0, content.lastIndexOf('\n') + 1);
    if (whole.length < content.length) writeFileSync(this.#path, whole);
    for (const line of whole.split('\n').filter(Boolean)) this.#note(JSON.parse(line) as GeneratedText[]);
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

  add(texts: GeneratedText[]): void {
    if (this.#path) appendFileSync(this.#path, `${JSON.stringify(texts)}\n`);
    this.#note(texts);
  }

  #note(texts: GeneratedText[]): void {
    for (const text of texts) this.#texts.set(text.index, text);
    this.size += texts.length;
  }
}
