import { createReadStream } from 'node:fs';
import { splitLines } from '../corpus/lines.ts';
import type { Random } from '../random/random.ts';

/**
 * A random handful of the lines of a JSONL file, in the order of the file: reservoir sampling (Vitter's algorithm R),
 * so that the file is read once and never held.
 */
export async function sampleJsonLines<T>(path: string, most: number, random: Random): Promise<T[]> {
  const sample: { line: string; number: number }[] = [];
  let number = 0;
  for await (const { text: line } of splitLines(createReadStream(path))) {
    const place = number < most ? number : random.int(number + 1);
    if (place < most) sample[place] = { line, number };
    number++;
  }
  return sample.sort((a, b) => a.number - b.number).map(({ line }) => JSON.parse(line) as T);
}
