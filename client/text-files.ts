/** Reads the input files of the model commands: one JSON object per line. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { splitLines } from '../lib/corpus/lines.ts';
import { objectParser } from '../lib/corpus/source/jsonl.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { TextPair } from '../lib/t5/training/train-model.ts';

/** Training data: texts, from which an objective builds examples, or ready examples. */
export type TrainingTexts = { texts: string[] } | { pairs: TextPair[] };

/** Reads `{"text"}` lines, or `{"input", "target"}` lines. @throws {InvalidInput} naming the first line that is neither, or differs in kind */
export async function readTrainingTexts(path: string): Promise<TrainingTexts> {
  const texts: string[] = [];
  const pairs: TextPair[] = [];
  for await (const { place, fields } of readObjects(path)) {
    const { text, input, target } = fields;
    if (typeof text === 'string') texts.push(text);
    else if (typeof input === 'string' && typeof target === 'string') pairs.push({ input, target });
    else throw new InvalidInput(place, 'has no text', 'Write {"text": "…"} or {"input": "…", "target": "…"}');
    if (texts.length > 0 && pairs.length > 0)
      throw new InvalidInput(place, 'differs in kind from the lines before it', 'Use two files');
  }
  return pairs.length > 0 ? { pairs } : { texts };
}

/** Reads `{"prompt"}` lines. @throws {InvalidInput} naming the first line that has none */
export async function readPrompts(path: string): Promise<string[]> {
  const prompts: string[] = [];
  for await (const { place, fields } of readObjects(path)) {
    if (typeof fields.prompt !== 'string')
      throw new InvalidInput(place, 'has no prompt', 'Write {"prompt": "…"}');
    prompts.push(fields.prompt);
  }
  return prompts;
}

async function* readObjects(
  path: string,
): AsyncGenerator<{ place: string; fields: Record<string, unknown> }> {
  if (!(await stat(path).catch(() => undefined))?.isFile())
    throw new InvalidInput(path, 'no such file', 'Check the path');
  const parse = objectParser([]);
  let line = 0;
  let isEmpty = true;
  for await (const { text } of splitLines(createReadStream(path))) {
    const place = `${path}:${++line}`;
    if (text.trim() === '') continue;
    const fields = parse(text);
    if (!fields)
      throw new InvalidInput(place, 'is not a JSON object', 'Write one object per line, e.g. {"text": "…"}');
    isEmpty = false;
    yield { place, fields };
  }
  if (isEmpty) throw new InvalidInput(path, 'is empty', 'Write one JSON object per line');
}
