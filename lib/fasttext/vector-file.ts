import { writeLines } from '../corpus/line-file.ts';
import { formatNumber } from './format-number.ts';
import type { FastTextModel } from './model.ts';

/** Digits that fastText gives the numbers of a vector. */
const DIGITS = 5;

/** Writes the words' vectors as fastText's `.vec` text file; the file appears whole or not at all. */
export async function saveVectors(model: FastTextModel, path: string): Promise<void> {
  await writeLines(path, vectorLines(model));
}

function* vectorLines(model: FastTextModel): Generator<string> {
  const { dictionary, settings } = model;
  yield `${dictionary.wordCount} ${settings.dim}`;
  for (let word = 0; word < dictionary.wordCount; word++) {
    const token = dictionary.bytesOf(word);
    const numbers = Array.from(model.wordVector(token), (value) => formatNumber(value, DIGITS));
    yield `${Buffer.from(token).toString()} ${numbers.join(' ')} `;
  }
}
