import { createReadStream } from 'node:fs';
import { splitLines } from '../corpus/lines.ts';
import type { Page } from '../corpus/page.ts';
import { InvalidInput } from '../settings/invalid-input.ts';

/** Label (white space as `_`) and text of a line of fastText's format; undefined where it does not begin with a label. */
export function parseFastTextLine(line: string): Pick<Page, 'label' | 'text'> | undefined {
  const match = /^\s*__label__(\S+)(?:\s+|$)/.exec(line);
  return match ? { label: match[1]!, text: line.slice(match[0].length).trim() } : undefined;
}

/**
 * Records of a file in fastText's format; the id is the number of the line, from 1.
 * @throws {InvalidInput} naming the first line without a label
 */
export async function* readFastText(path: string): AsyncGenerator<Page> {
  let line = 0;
  for await (const { text } of splitLines(createReadStream(path))) {
    line++;
    if (text.trim() === '') continue;
    const record = parseFastTextLine(text);
    if (!record)
      throw new InvalidInput(
        `${path}:${line}`,
        'this line does not begin with a label',
        'A line of fastText format is "__label__<class> <text>".',
      );
    yield { id: String(line), ...record };
  }
}
