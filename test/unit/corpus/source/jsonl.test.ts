import assert from 'node:assert/strict';
import { readJsonl } from '../../../../lib/corpus/source/jsonl.ts';

const NAMES = { id: 'id', text: 'text', label: 'label' };

async function read(text: string, { block = 11, longest = 500 } = {}): Promise<string[]> {
  const bytes = Buffer.from(text);
  const content = async function* () {
    for (let at = 0; at < bytes.length; at += block) yield bytes.subarray(at, at + block);
  };
  const found: string[] = [];
  for await (const rows of readJsonl('f.jsonl', content(), NAMES, longest))
    for (const row of rows)
      found.push(row.kind === 'record' ? `${row.id}:${row.text}` : `${row.line} ${row.reason}`);
  return found;
}

const line = (id: unknown, text: unknown) => JSON.stringify({ id, text, label: 'a' });

describe('JSONL read in blocks', () => {
  it('gives the same rows whatever the blocks', async () => {
    const text = Array.from({ length: 40 }, (_, at) => line(at, `text ${at} \u2028 é`)).join('\n');
    const whole = await read(text, { block: 10_000 });
    assert.equal(whole.length, 40);
    for (const block of [1, 2, 7, 100]) assert.deepEqual(await read(text, { block }), whole);
  });

  it('takes numbers as their digits, and sets aside what is no object or holds no text', async () => {
    const text = [line(7, 'a'), '', '{"id": 1,', '[1]', line(8, ['a']), line('x', null), line('z', 'b')].join(
      '\n',
    );
    assert.deepEqual(await read(text), [
      '7:a',
      '3 invalid JSON',
      '4 invalid JSON',
      '5 text is not a string',
      '6 empty text',
      'z:b',
    ]);
  });

  it('sets a line aside that is longer than any page, and counts it', async () => {
    assert.deepEqual(
      await read([line(1, 'a'), line(2, 'x'.repeat(3000)), line(3, 'b'), 'no'].join('\n').concat('\n')),
      ['1:a', '2 too long', '3:b', '4 invalid JSON'],
    );
  });

  it('refuses a file that ends within an object', () =>
    assert.rejects(read(`${line(1, 'a')}\n{"id": 2, "te`), {
      name: 'InvalidInput',
      message: /f\.jsonl:2: the file ends within the object.*cut in the middle/,
    }));
});
