import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ClassProfile } from '../balancing/profiles.ts';
import { promptAt, strategyOf } from '../balancing/strategies/choice.ts';
import type { StrategyName } from '../balancing/strategies/shares.ts';
import type { ClassMaterial } from '../balancing/strategies/strategy.ts';
import { windowsOf, windowTokens } from '../balancing/strategies/windows.ts';
import { readPages } from '../corpus/formats.ts';
import { writeLines } from '../corpus/line-file.ts';
import type { Generated } from '../filtering/generation-filter.ts';
import { rankOf } from '../filtering/label-reader.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { parseGroup } from '../settings/parse.ts';
import type { GenerateSettings } from '../settings/settings.ts';
import { decodersFor } from '../t5/decoding/batch-plan.ts';
import { readBlanks } from '../t5/decoding/blanks.ts';
import { generateTexts } from '../t5/decoding/generate-texts.ts';
import { loadTokenizer } from '../t5/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../t5/tokenizer/tokenizer.ts';
import { LOG_PROBABILITIES, type LogProbabilities } from './fine-tune.ts';
import type { ModelFiles } from './model-files.ts';
import type { PlannableStage } from './stage.ts';

export interface GenerateParameters {
  class: string;
  model: ModelFiles;
  profile: ArtifactReference;
  /** Training pages of the class, for strategies that start from real records. */
  texts?: ArtifactReference | undefined;
  settings: GenerateSettings;
  /** Numbers of the class's prompts: the first, and the one after the last. */
  from: number;
  to: number;
}

/** One line of `generated.jsonl`; its text is what the model wrote where that makes no record. */
export interface GeneratedRecord extends Generated {
  /** Number of the prompt within the class. */
  index: number;
  /** Sum of the log-probabilities over the penalised length, as beam search ranks it. */
  score: number;
  /** Where it is not `prompt`. */
  strategy?: StrategyName;
}

/** Generates one shard: a record for each prompt. Finished batches are kept in the scratch folder. */
export const generate: PlannableStage<GenerateParameters, { generated: number }> = {
  name: 'generate',
  version: 1,
  /** Batches. */
  work: ({ from, to, settings }) => Math.ceil((to - from) / settings.batchSize),
  async run({ class: label, model, profile, texts, from, to, ...given }, context) {
    const settings = parseGroup('generate', given.settings);
    const modelFolder = await context.openFolder(model);
    const tokenizer = await loadTokenizer(modelFolder);
    const material: ClassMaterial = {
      profile: await readJson<ClassProfile>(await context.open(profile)),
      windows: texts ? await windowsOfPages(await context.open(texts), label, settings, tokenizer) : [],
    };
    const learnt = await readLogProbabilities(modelFolder);
    const prompts = Array.from({ length: to - from }, (_, offset) =>
      promptAt(material, settings, from + offset),
    );
    const answers = generateTexts({
      modelFolder,
      prompts: prompts.map(({ prompt }) => prompt),
      ...(settings.strategies.infill > 0 && {
        fillsBlanks: (index: number) => prompts[index]!.strategy === 'infill',
      }),
      settings,
      decoders: decodersFor(prompts.length, settings),
      firstNumber: from,
      scratch: context.scratch,
      signal: context.signal,
      onProgress: (done, tokensPerSecond) =>
        context.progress({
          phase: 'generate',
          done,
          total: prompts.length,
          unit: 'records',
          figures: { tokensPerSecond },
        }),
    });
    const lines = async function* () {
      for await (const answer of answers) {
        const { strategy, sources } = prompts[answer.index]!;
        const { prompt, score, ids } = answer;
        const line: GeneratedRecord = { index: from + answer.index, prompt, text: answer.text, score };
        if (strategy !== 'prompt') {
          const blanks = readBlanks(ids, tokenizer);
          const text = strategyOf(strategy, settings).recordOf(prompt, { text: answer.text, blanks }, label);
          Object.assign(line, { strategy, sources }, text === undefined ? { incomplete: true } : { text });
        }
        const ofRecords = learnt[strategy] ?? [];
        if (ofRecords.length > 0 && ids.length > 0) {
          const ofToken = (score * ids.length ** settings.lengthPenalty) / ids.length;
          line.fluency = rankOf(ofToken, ofRecords);
        }
        yield JSON.stringify(line);
      }
    };
    const generated = await writeLines(join(context.out, 'generated.jsonl'), lines());
    return { summary: { generated }, records: { 'generated.jsonl': generated } };
  },
};

/** @throws {InvalidInput} where no record has words enough */
async function windowsOfPages(
  path: string,
  label: string,
  { maxPromptTokens, maxLength }: GenerateSettings,
  tokenizer: Tokenizer,
): Promise<ClassMaterial['windows']> {
  const most = windowTokens(maxPromptTokens, maxLength);
  const countTokens = (text: string) => tokenizer.encode(text).length;
  const windows: { text: string; record: string }[] = [];
  for await (const page of readPages(path))
    for (const text of windowsOf(page.text, most, countTokens)) windows.push({ text, record: page.id });
  if (windows.length > 0) return windows;
  throw new InvalidInput(
    `class ${label}`,
    'none of its training records has three words',
    'Give it longer records, or leave it out of classes.rare',
  );
}

/** What the model learnt, where it was taught what it is asked. */
async function readLogProbabilities(modelFolder: string): Promise<LogProbabilities> {
  const file = await readFile(join(modelFolder, LOG_PROBABILITIES), 'utf8').catch(() => '{}');
  return JSON.parse(file) as LogProbabilities;
}
