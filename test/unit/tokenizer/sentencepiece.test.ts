import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTokenizer, loadTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';
import { PrecompiledCharsmap } from '../../../lib/t5/tokenizer/precompiled-charsmap.ts';
import { sentencePieceTokenizer } from '../../../lib/t5/tokenizer/sentencepiece.ts';
import type { Tokenizer } from '../../../lib/t5/tokenizer/tokenizer.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FIXTURE = path.join(import.meta.dirname, '../../fixtures/sentencepiece');
type Case = [text: string, ids: number[], decoded: string];

describe('spiece.model', () => {
  let model: Buffer;
  let cases: Case[];
  before(async () => {
    model = await readFile(path.join(FIXTURE, 'spiece.model'));
    cases = JSON.parse(await readFile(path.join(FIXTURE, 'expected.json'), 'utf8'));
  });

  const agrees = (tokenizer: Tokenizer) => {
    assert.ok(cases.length >= 1000);
    for (const [text, ids, decoded] of cases) {
      assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
      assert.equal(tokenizer.decode(ids), decoded, JSON.stringify(text));
    }
  };

  it("alone gives transformers' ids and texts, on texts made to break it", async () => {
    agrees(await loadTokenizer(FIXTURE));
  });

  it('as a tokenizer.json with its compiled character map gives the same, however that is written', () => {
    const json = sentencePieceTokenizer(model, 100, 'spiece.model') as Record<string, unknown>;
    agrees(createTokenizer(JSON.stringify(json)));
    // As transformers 4 wrote it.
    const metaspace = { type: 'Metaspace', replacement: '▁', add_prefix_space: true };
    const older = {
      ...json,
      normalizer: { type: 'Sequence', normalizers: [json.normalizer] },
      pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
      decoder: metaspace,
    };
    agrees(createTokenizer(JSON.stringify(older)));
  });

  it('has its sentinels behind the pieces, as many as the config says', async () => {
    const folder = temporaryFolder();
    await copyFile(path.join(FIXTURE, 'spiece.model'), path.join(folder, 'spiece.model'));
    const usual = await loadTokenizer(folder);
    assert.deepEqual([usual.sentinelCount, usual.sentinel(0), usual.sentinel(99)], [100, 399, 300]);
    await writeFile(path.join(folder, 'tokenizer_config.json'), '{"extra_ids": 20}');
    const fewer = await loadTokenizer(folder);
    assert.deepEqual([fewer.sentinelCount, fewer.sentinel(0), fewer.vocabSize], [20, 319, 320]);
  });

  it("finds mT5's sentinels, which begin words", () => {
    const json = sentencePieceTokenizer(model, 2, 'spiece.model');
    const text = JSON.stringify(json).replaceAll('<extra_id_', '▁<extra_id_');
    const tokenizer = createTokenizer(text);
    assert.deepEqual([tokenizer.sentinelCount, tokenizer.sentinel(0)], [2, 301]);
  });

  /** The first of transformers' ids of `bread <sep> rolls`, with its 300 pieces and 100 sentinels before the added ones. */
  const WITH_SEPARATOR = [61, 400, 3, 298, 296, 26, 26, 7, 1];
  const flags = { lstrip: false, rstrip: false, normalized: false, single_word: false, special: true };
  const added: [file: string, content: unknown][] = [
    ['added_tokens.json', { '<extra_id_0>': 399, '<sep>': 400, '<answer>': 401 }],
    [
      'tokenizer_config.json',
      {
        extra_ids: 100,
        added_tokens_decoder: {
          0: { content: '<pad>', ...flags },
          399: { content: '<extra_id_0>', ...flags },
          400: { content: '<sep>', ...flags },
          401: { content: '<answer>', ...flags },
        },
      },
    ],
  ];
  for (const [file, content] of added)
    it(`takes the tokens that somebody added from ${file}`, async () => {
      const folder = temporaryFolder();
      await copyFile(path.join(FIXTURE, 'spiece.model'), path.join(folder, 'spiece.model'));
      await writeFile(path.join(folder, file), JSON.stringify(content));
      const tokenizer = await loadTokenizer(folder);
      assert.deepEqual(tokenizer.encode('bread <sep> rolls'), WITH_SEPARATOR);
      assert.deepEqual([tokenizer.vocabSize, tokenizer.sentinel(0)], [402, 399]);
    });

  it('is refused where an added token has the id of another', async () => {
    const folder = temporaryFolder();
    await copyFile(path.join(FIXTURE, 'spiece.model'), path.join(folder, 'spiece.model'));
    await writeFile(path.join(folder, 'added_tokens.json'), '{"<sep>": 399}');
    await assert.rejects(loadTokenizer(folder), {
      name: 'InvalidInput',
      message: /has "<extra_id_0>" at 399, where its added tokens have "<sep>"/,
    });
  });

  it('that is none is refused', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'spiece.model');
    for (const bytes of [Buffer.from('no such thing'), model.subarray(0, 1000), Buffer.alloc(0)]) {
      await writeFile(file, bytes);
      await assert.rejects(loadTokenizer(folder), {
        name: 'InvalidInput',
        message: /spiece\.model: is no SentencePiece model/,
      });
    }
  });

  it('of another kind than Unigram is refused', () => {
    // trainer_spec { model_type: BPE } behind the pieces
    const bpe = Buffer.concat([model, Buffer.from([0x12, 0x02, 0x18, 0x02])]);
    assert.throws(() => sentencePieceTokenizer(bpe, 100, 'spiece.model'), /is no Unigram model/);
  });
});

describe('PrecompiledCharsmap', () => {
  it('refuses bytes that are none', () => {
    for (const bytes of [[], [1, 2, 3], [0, 0, 0, 0, 1], [255, 255, 255, 255, 0]])
      assert.throws(() => new PrecompiledCharsmap(Uint8Array.from(bytes)), RangeError);
  });
});
