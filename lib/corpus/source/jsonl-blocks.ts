import { InvalidInput } from '../../settings/invalid-input.ts';

import { type RejectedRow, rejected } from '../rows.ts';
import { shorten } from '../shorten.ts';
import { BLOCK_BYTES, LONGEST_RECORD, type Piece } from './block.ts';

const LF = 0x0a;

/**
 * Blocks of a file with one JSON object a line, and the lines that are too long, in the order of the file. Only line
 * feeds divide: U+2028 and U+2029 may stand unescaped in JSON strings.
 * @throws {InvalidInput} where the last line is no whole object: the file was cut in the middle
 */
export async function* cutJsonl(
  file: string,
  content: AsyncIterable<Buffer>,
  sizes = { block: BLOCK_BYTES, longest: LONGEST_RECORD },
): AsyncGenerator<Piece> {
  let pending: Buffer[] = [];
  let length = 0;
  let line = 1;
  let skipped: RejectedRow | undefined;
  const take = (): Buffer => {
    const whole = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
    pending = [];
    length = 0;
    return whole;
  };
  for await (const chunk of content) {
    const last = chunk.lastIndexOf(LF);
    if (last === -1) {
      length += chunk.length;
      if (skipped) continue;
      pending.push(chunk);
      if (length > sizes.longest) {
        const whole = take();
        const from = whole.lastIndexOf(LF) + 1;
        if (from > 0)
          yield {
            kind: 'jsonl',
            file,
            bytes: new Uint8Array(whole.subarray(0, from)),
            firstLine: line,
          };
        line += lineEnds(whole);
        skipped = tooLong(file, line, whole.subarray(from), sizes.longest);
      }
      continue;
    }
    let rest = chunk;
    if (skipped) {
      yield skipped;
      skipped = undefined;
      length = 0;
      line++;
      rest = chunk.subarray(chunk.indexOf(LF) + 1);
    }
    pending.push(rest);
    length += rest.length;
    if (length < sizes.block) continue;
    const whole = take();
    const end = whole.lastIndexOf(LF) + 1;
    if (end > 0) {
      yield {
        kind: 'jsonl',
        file,
        bytes: new Uint8Array(whole.subarray(0, end)),
        firstLine: line,
      };
      line += lineEnds(whole);
    }
    if (end < whole.length) {
      pending = [whole.subarray(end)];
      length = whole.length - end;
    }
  }
  if (skipped) yield skipped;
  const rest = take();
  if (rest.length === 0) return;
  requireWholeEnd(file, rest, line);
  yield { kind: 'jsonl', file, bytes: new Uint8Array(rest), firstLine: line };
}

function requireWholeEnd(file: string, rest: Buffer, firstLine: number): void {
  const last = rest.subarray(rest.lastIndexOf(LF) + 1).toString('utf8');
  if (last.trim() === '' || isObject(last)) return;
  throw new InvalidInput(
    `${file}:${firstLine + lineEnds(rest)}`,
    'the file ends within the object that begins here: it was cut in the middle',
    'Fetch the whole file again, or remove this last line.',
  );
}

/** Whether a line is a JSON object by itself. */
function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

const tooLong = (file: string, line: number, start: Buffer, longest: number) =>
  rejected(
    { file, line },
    'too long',
    shorten(start.subarray(0, 1000).toString('utf8'), 300),
    `more than ${longest / 1024 ** 2} MiB`,
  );
