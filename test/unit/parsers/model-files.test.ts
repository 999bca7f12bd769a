import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '../../../lib/t5/checkpoint/config.ts';
import { SafetensorsFile } from '../../../lib/t5/checkpoint/safetensors.ts';
import { WeightFiles, weightSpecs } from '../../../lib/t5/checkpoint/weights.ts';
import { loadTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { below, mutate, ROUNDS, randomBytes, survives } from './hostile-files.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const readTensors = async (path: string) => {
  const file = new SafetensorsFile(path);
  try {
    for (const name of file.names) file.read(name);
  } finally {
    file.close();
  }
};

describe('model files that nobody wrote by hand', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();

  describe('as safetensors', () => {
    const path = join(folder, 'model.safetensors');
    const original = readFileSync(join(FIXTURES, 't5', 'relu', 'model.safetensors'));
    const read = () => readTensors(path);
    const withHeader = (header: string, data = Buffer.alloc(64), length = Buffer.byteLength(header)) => {
      const head = Buffer.alloc(8);
      head.writeBigUInt64LE(BigInt(length));
      return Buffer.concat([head, Buffer.from(header), data]);
    };

    it('survive random bytes and random changes', async () => {
      const length = Number(original.readBigUInt64LE());
      for (let round = 0; round < ROUNDS; round++) {
        writeFileSync(path, randomBytes(below(4000)));
        await survives(read, `random bytes, round ${round}`);
        // Most changes shall hit the header, which is small beside the tensors.
        const header = mutate(original.subarray(8, 8 + length));
        writeFileSync(
          path,
          withHeader(Buffer.from(header).toString('latin1'), original.subarray(8 + length), header.length),
        );
        await survives(read, `changed header, round ${round}`);
        writeFileSync(path, original.subarray(0, below(original.length)));
        await survives(read, `cut, round ${round}`);
      }
    });

    const tensor = (entry: unknown) => withHeader(JSON.stringify({ a: entry }));
    const hostile: [what: string, content: Buffer][] = [
      ['an empty file', Buffer.alloc(0)],
      ['a header of 2^63 bytes', withHeader('{}', undefined, Number.MAX_SAFE_INTEGER)],
      ['a header that is a number', withHeader('12')],
      ['a header that is null', withHeader('null')],
      ['a header in deep brackets', withHeader('['.repeat(200_000))],
      ['a tensor that is null', tensor(null)],
      ['offsets of terabytes', tensor({ dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] })],
      ['a negative offset', tensor({ dtype: 'F32', shape: [2 ** 30], data_offsets: [-(2 ** 32), 0] })],
      ['offsets the wrong way round', tensor({ dtype: 'F32', shape: [4], data_offsets: [16, 0] })],
      ['half a number', tensor({ dtype: 'F32', shape: [1], data_offsets: [0, 3] })],
      ['offsets that are text', tensor({ dtype: 'F32', shape: [1], data_offsets: ['0', '4'] })],
      ['a shape of another size', tensor({ dtype: 'F32', shape: [1e9, 1e9], data_offsets: [0, 4] })],
      ['a shape that is no list', tensor({ dtype: 'F32', shape: 1, data_offsets: [0, 4] })],
      ['an unknown type', tensor({ dtype: 'Q4', shape: [1], data_offsets: [0, 4] })],
    ];
    for (const [what, content] of hostile)
      it(`are refused for ${what}`, async () => {
        writeFileSync(path, content);
        await assert.rejects(read(), { name: 'InvalidInput' });
        await survives(read, what);
      });

    it('are refused when their index names files elsewhere', async () => {
      const checkpoint = temporaryFolder();
      const config = parseConfig(
        JSON.parse(readFileSync(join(FIXTURES, 't5', 'relu', 'config.json'), 'utf8')),
      );
      for (const index of [
        '{"weight_map": {"a": "../../../etc/passwd"}}',
        '{"weight_map": {"a": "/etc/passwd"}}',
        '{"weight_map": {"a": 7}}',
        '{"weight_map": null}',
        '{"weight_map',
        'null',
      ]) {
        writeFileSync(join(checkpoint, 'model.safetensors.index.json'), index);
        assert.throws(() => new WeightFiles(checkpoint, config), { name: 'InvalidInput' }, index);
      }
    });

    it('are refused with a config.json of millions of layers', () => {
      const source = JSON.parse(readFileSync(join(FIXTURES, 't5', 'relu', 'config.json'), 'utf8'));
      assert.throws(() => weightSpecs(parseConfig({ ...source, num_layers: 1e9 }), true), {
        name: 'InvalidInput',
      });
    });
  });

  describe('as a tokenizer', () => {
    const original = readFileSync(join(FIXTURES, 'tokenizer', 'small', 'tokenizer.json'));
    const read = () => loadTokenizer(folder);

    it('survive random bytes and random changes', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        writeFileSync(join(folder, 'tokenizer.json'), randomBytes(below(4000)));
        await survives(read, `random bytes, round ${round}`);
        writeFileSync(join(folder, 'tokenizer.json'), mutate(original));
        await survives(read, `changed, round ${round}`);
      }
    });

    const whole = JSON.parse(original.toString('utf8'));
    for (const [what, content] of [
      ['null', 'null'],
      ['a list', '[]'],
      ['an empty object', '{}'],
      ['deep brackets', '['.repeat(200_000)],
      ['no model', JSON.stringify({ ...whole, model: null })],
      ['a model of another kind', JSON.stringify({ ...whole, model: { type: 'Oracle' } })],
      ['a vocabulary that is a number', JSON.stringify({ ...whole, model: { ...whole.model, vocab: 7 } })],
      ['pieces that are no pairs', JSON.stringify({ ...whole, model: { ...whole.model, vocab: [1, 2] } })],
      ['added tokens that are null', JSON.stringify({ ...whole, added_tokens: [null] })],
    ] as const)
      it(`is refused for ${what}`, async () => {
        writeFileSync(join(folder, 'tokenizer.json'), content);
        await assert.rejects(read(), { name: 'InvalidInput' });
      });
  });
});
