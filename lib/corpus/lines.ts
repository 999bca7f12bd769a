/** A line, or the beginning of one that is too long. */
export interface Line {
  text: string;
  isTooLong: boolean;
  isEnded: boolean;
}

const BEGINNING = 1000;

/**
 * Lines of UTF-8 content, of up to `longest` characters. `node:readline` would divide at U+2028 and U+2029 too, which may
 * stand unescaped in JSON strings.
 */
export async function* splitLines(
  content: AsyncIterable<Buffer>,
  longest = Number.POSITIVE_INFINITY,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  /** The beginning of a line whose rest is skipped. */
  let start: string | undefined;
  const lineOf = (text: string, isEnded: boolean): Line => {
    const isTooLong = start !== undefined || text.length > longest;
    const line = { text: isTooLong ? (start ?? text.slice(0, BEGINNING)) : text, isTooLong, isEnded };
    start = undefined;
    return line;
  };
  for await (const block of content) {
    const lines = (rest + decoder.decode(block, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield lineOf(text, true);
    if (rest.length <= longest) continue;
    start ??= rest.slice(0, BEGINNING);
    rest = '';
  }
  rest += decoder.decode();
  if (rest !== '' || start !== undefined) yield lineOf(rest, false);
}
