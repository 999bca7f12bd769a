import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ClassProfile } from '../balancing/profiles.ts';
import { promptAt } from '../balancing/prompts.ts';
import { writeLines } from '../corpus/line-file.ts';
import { splitLines } from '../corpus/lines.ts';
import { parseGroup } from '../settings/parse.ts';
import type { GenerateSettings } from '../settings/settings.ts';
import { decodersFor } from '../t5/batch-plan.ts';
import { generateTexts } from '../t5/generate-texts.ts';
import type { ModelFiles } from './model-files.ts';
import type { Stage } from './stage.ts';

export interface GenerateParameters {
  class: string;
  model: ModelFiles;
  profile: ArtifactReference;
  settings: GenerateSettings;
  /** Numbers of the class's prompts: the first, and the one after the last. */
  from: number;
  to: number;
}

/** One line of `generated.jsonl`. */
export interface GeneratedRecord {
  /** Number of the prompt within the class. */
  index: number;
  prompt: string;
  text: string;
  /** Sum of the log-probabilities over the penalised length, as beam search ranks it. */
  score: number;
}

/** Generates one shard: a record for each prompt. Finished batches are kept in the scratch folder. */
export const generate: Stage<GenerateParameters, { generated: number }> = {
  name: 'generate',
  version: 1,
  async run({ model, profile, from, to, ...given }, { out, scratch, open, openFolder, signal, progress }) {
    const settings = parseGroup('generate', given.settings);
    const { keywords, label, sentences } = JSON.parse(
      await readFile(await open(profile), 'utf8'),
    ) as ClassProfile;
    const prompts = Array.from({ length: to - from }, (_, offset) =>
      promptAt({ label, keywords, sentences }, settings.seed, from + offset, settings.keywordProbability),
    );
    const records = generateTexts({
      modelFolder: await openFolder(model),
      prompts,
      settings,
      decoders: decodersFor(prompts.length, settings),
      firstNumber: from,
      scratch,
      signal,
      onProgress: (done, tokensPerSecond) =>
        progress({
          phase: 'generate',
          done,
          total: prompts.length,
          unit: 'records',
          figures: { tokensPerSecond },
        }),
    });
    const lines = async function* () {
      for await (const { index, prompt, text, score } of records)
        yield JSON.stringify({ index: from + index, prompt, text, score } satisfies GeneratedRecord);
    };
    const generated = await writeLines(join(out, 'generated.jsonl'), lines());
    return { summary: { generated }, records: { 'generated.jsonl': generated } };
  },
};

/** The records of a shard, in the order of their prompts. */
export async function* readGenerated(path: string): AsyncGenerator<GeneratedRecord> {
  for await (const { text } of splitLines(createReadStream(path))) yield JSON.parse(text) as GeneratedRecord;
}
