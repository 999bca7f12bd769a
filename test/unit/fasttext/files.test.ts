import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFastTextCorpus } from '../../../lib/fasttext/files.ts';
import { fromBytes } from '../../../lib/fasttext/tokens.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe("a file in fastText's format", () => {
  const path = join(temporaryFolder(), 'train.txt');

  /** The records of a file of these bytes, as their tokens. */
  async function recordsOf(content: Uint8Array | string): Promise<string[][]> {
    writeFileSync(path, content);
    const { vocabulary, tokens, offsets } = await readFastTextCorpus(path);
    return Array.from({ length: offsets.length - 1 }, (_, record) =>
      Array.from(tokens.subarray(offsets[record], offsets[record + 1]), (token) =>
        fromBytes(vocabulary.tokens[token]!),
      ),
    );
  }

  const cases: [what: string, content: string, records: string[][]][] = [
    ['no bytes', '', []],
    ['a line', '__label__a b\n', [['__label__a', 'b', '</s>']]],
    ['an empty line', '\na\n', [['</s>'], ['a', '</s>']]],
    ['a last line without its end', 'a\nb', [['a', '</s>'], ['b']]],
    ['a last line of separators alone', 'a\n \t', [['a', '</s>'], []]],
    ['all separators', '\ta\v\f b\r\n', [['a', 'b', '</s>']]],
    ['a no-break space, which is none', 'a\u00a0b\n', [['a\u00a0b', '</s>']]],
    ['a byte order mark', '\ufeff__label__a\n', [['__label__a', '</s>']]],
  ];
  for (const [what, content, records] of cases)
    it(`is read: ${what}`, async () => assert.deepEqual(await recordsOf(content), records));

  it('is read the same where lines and characters lie across what is read at a time', async () => {
    const lines = Array.from({ length: 3000 }, (_, line) => `größe${line} ${'漢'.repeat(line % 500)}`);
    const records = await recordsOf(`${lines.join('\n')}\n`);
    assert.deepEqual(
      records.map((tokens) => tokens.slice(0, -1).join(' ')),
      lines.map((line) => line.trim()),
    );
  });

  it('is read where a line is longer than what is read at a time', async () => {
    const words = Array.from({ length: 200_000 }, (_, word) => `word${word % 777}`);
    assert.deepEqual(await recordsOf(`${words.join(' ')}\nend\n`), [
      [...words, '</s>'],
      ['end', '</s>'],
    ]);
  });

  it('is refused where it is not there, and where it is a folder', async () => {
    for (const [wrong, code] of [
      [`${path}.none`, 'ENOENT'],
      [join(path, '..'), 'EISDIR'],
    ] as const)
      await assert.rejects(readFastTextCorpus(wrong), {
        name: 'InvalidInput',
        message: new RegExp(`cannot be read \\(${code}\\)`),
      });
  });
});
