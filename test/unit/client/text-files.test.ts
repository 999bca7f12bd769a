import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPrompts, readTrainingTexts } from '../../../client/text-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('files of texts and prompts', () => {
  const folder = temporaryFolder();
  const file = (...lines: string[]) => {
    const path = join(folder, 'lines.jsonl');
    writeFileSync(path, lines.join('\n'));
    return path;
  };

  it('hold texts, whatever else stands in a line', async () =>
    assert.deepEqual(await readTrainingTexts(file('{"id": 1, "text": "a"}', '', '{"text": "b"}')), {
      texts: ['a', 'b'],
    }));

  it('hold pairs', async () =>
    assert.deepEqual(await readTrainingTexts(file('{"input": "a", "target": "b"}')), {
      pairs: [{ input: 'a', target: 'b' }],
    }));

  it('hold prompts', async () => assert.deepEqual(await readPrompts(file('{"prompt": "a"}')), ['a']));

  const mistakes: [title: string, read: () => Promise<unknown>, message: RegExp][] = [
    ['a file that is not there', () => readPrompts(join(folder, 'none')), /none: no such file/],
    ['an empty file', () => readTrainingTexts(file('')), /lines\.jsonl: is empty/],
    [
      'a line that is not JSON',
      () => readTrainingTexts(file('{"text": "a"}', 'plain words')),
      /lines\.jsonl:2: is not a JSON object/,
    ],
    ['a line without a text', () => readTrainingTexts(file('{"txt": "a"}')), /lines\.jsonl:1: has no text/],
    [
      'a line without a prompt',
      () => readPrompts(file('{"prompt": "a"}', '{"text": "b"}')),
      /lines\.jsonl:2: has no prompt/,
    ],
    [
      'texts among pairs',
      () => readTrainingTexts(file('{"input": "a", "target": "b"}', '{"text": "c"}')),
      /lines\.jsonl:2: differs in kind/,
    ],
  ];
  for (const [title, read, message] of mistakes)
    it(`are refused with file and line for ${title}`, () =>
      assert.rejects(read, { name: 'InvalidInput', message }));
});
