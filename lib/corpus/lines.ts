import type { Readable } from 'node:stream';

/**
 * Lines of UTF-8 content, with whether a line end follows. Only line feeds divide: `node:readline` also splits at
 * U+2028 and U+2029, which may stand unescaped in JSON strings.
 */
export async function* splitLines(content: Readable): AsyncGenerator<{ text: string; ended: boolean }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of content as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { text, ended: true };
  }
  rest += decoder.decode();
  if (rest !== '') yield { text: rest, ended: false };
}
