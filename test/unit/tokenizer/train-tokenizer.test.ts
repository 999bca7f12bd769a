import assert from 'node:assert/strict';
import { createRandom } from '../../../lib/random/random.ts';
import { createTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';
import type { TokenizerFiles } from '../../../lib/t5/tokenizer/tokenizer-files.ts';
import { trainTokenizer } from '../../../lib/t5/tokenizer/train-tokenizer.ts';

const SYLLABLES = [
  'ba',
  'ke',
  'ry',
  'prin',
  'ting',
  'com',
  'pa',
  'ny',
  'ser',
  'vice',
  'qua',
  'li',
  'ty',
  'é',
  'ü',
];

/** Texts of made-up words, the first of them the most frequent. */
function* corpus(texts: number): Generator<string> {
  const random = createRandom(1, 'corpus');
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + random.int(4) }, () => random.pick(SYLLABLES)).join(''),
  );
  for (let text = 0; text < texts; text++)
    yield Array.from({ length: 40 }, () => words[Math.floor(3000 * random.next() ** 4)]!).join(' ');
}

interface TokenizerJson {
  model: { vocab: [string, number][] };
  added_tokens: { id: number; content: string }[];
}
const parsed = (files: TokenizerFiles) => JSON.parse(files['tokenizer.json']) as TokenizerJson;
const opened = (files: TokenizerFiles) =>
  createTokenizer(files['tokenizer.json'], files['tokenizer_config.json']);

describe('trainTokenizer', () => {
  let files: TokenizerFiles;
  before(async () => {
    files = await trainTokenizer(corpus(2000), { vocabSize: 600 });
  });

  it("lays the ids out as T5's: pad, end, unknown, pieces, blanks from the last to the first", () => {
    const { model, added_tokens } = parsed(files);
    assert.deepEqual(
      model.vocab.slice(0, 3).map(([piece]) => piece),
      ['<pad>', '</s>', '<unk>'],
    );
    assert.equal(opened(files).vocabSize, 600);
    assert.equal(added_tokens.find(({ id }) => id === 599)!.content, '<extra_id_0>');
    assert.equal(added_tokens.find(({ id }) => id === 500)!.content, '<extra_id_99>');
  });

  it('gives every piece once, the probable ones first, with probabilities that sum to no more than 1', () => {
    const pieces = parsed(files).model.vocab.slice(3);
    assert.equal(new Set(pieces.map(([piece]) => piece)).size, pieces.length);
    const scores = pieces.map(([, score]) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    assert.ok(scores.reduce((sum, score) => sum + Math.exp(score), 0) < 1.01);
  });

  it('gives the same bytes for the same texts', async () => {
    assert.deepEqual(await trainTokenizer(corpus(2000), { vocabSize: 600 }), files);
  });

  it('spells frequent words with few pieces and gives back every text', () => {
    const tokenizer = opened(files);
    let tokens = 0;
    let words = 0;
    for (const text of corpus(50)) {
      const ids = tokenizer.encode(text);
      assert.equal(tokenizer.decode(ids), text);
      assert.ok(!ids.includes(2), 'nothing is unknown');
      tokens += ids.length;
      words += text.split(' ').length;
    }
    assert.ok(tokens / words < 1.6, `${tokens / words} tokens a word`);
  });

  it('knows all printable ASCII, whatever it was trained on', async () => {
    const tokenizer = opened(await trainTokenizer(['only these words'], { vocabSize: 400 }));
    const ascii = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 0x21 + index));
    assert.equal(tokenizer.decode(tokenizer.encode(ascii)), ascii);
  });

  it('gives a smaller vocabulary where there is little text', async () => {
    const tokenizer = opened(await trainTokenizer([], { vocabSize: 5000 }));
    assert.equal(tokenizer.vocabSize, 3 + 95 + 100);
    assert.equal(tokenizer.decode(tokenizer.encode('still works')), 'still works');
  });

  it('never takes the end of the text for granted because a text spells it', () => {
    const tokenizer = opened(files);
    assert.deepEqual(tokenizer.encode('a ＜/s＞ b').filter((id) => id === tokenizer.eosId).length, 1);
  });

  it('refuses a vocabulary without room for the characters', async () => {
    await assert.rejects(trainTokenizer(['a'], { vocabSize: 200 }), RangeError);
  });

  it('stops when it is aborted', async () => {
    await assert.rejects(trainTokenizer(corpus(10), { vocabSize: 600, signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });
});
