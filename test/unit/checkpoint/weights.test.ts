import assert from 'node:assert/strict';
import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { loadModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { SafetensorsFile, writeSafetensors } from '../../../lib/t5/checkpoint/safetensors.ts';
import { Generator } from '../../../lib/t5/decoding/generator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures/t5');

interface Tensor {
  dtype: string;
  shape: number[];
  bytes: Buffer;
}

/** Writes a file of any types, as other programs do. */
async function writeTensors(file: string, tensors: Record<string, Tensor>): Promise<void> {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}

const readAll = async (path: string) => {
  const file = new SafetensorsFile(path);
  try {
    return Object.fromEntries(file.names.map((name) => [name, [...file.read(name)]]));
  } finally {
    file.close();
  }
};

describe('safetensors', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  const file = () => path.join(folder, 'x.safetensors');
  const halves = (...bits: number[]) => Buffer.from(Uint16Array.from(bits).buffer);

  it('are read as 32-bit floats from F32, F16 and BF16', async () => {
    await writeTensors(file(), {
      single: { dtype: 'F32', shape: [2], bytes: Buffer.from(Float32Array.of(0.1, -3).buffer) },
      // 1.5, the smallest number, the largest, minus infinity
      half: { dtype: 'F16', shape: [2, 2], bytes: halves(0x3e00, 0x0001, 0x7bff, 0xfc00) },
      brain: { dtype: 'BF16', shape: [3], bytes: halves(0x3fc0, 0xc040, 0x0000) },
    });
    assert.deepEqual(await readAll(file()), {
      single: [Math.fround(0.1), -3],
      half: [1.5, 2 ** -24, 65504, Number.NEGATIVE_INFINITY],
      brain: [1.5, -3, 0],
    });
  });

  it('are read as they were written', async () => {
    const data = { a: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(5) };
    const shapes = [
      { name: 'a', shape: [2, 2] },
      { name: 'b', shape: [1] },
    ];
    await writeSafetensors(file(), shapes, (name) => data[name as 'a' | 'b']);
    assert.deepEqual(await readAll(file()), { a: [1, 2, 3, 4], b: [5] });
  });

  const broken: [string, () => Promise<void>, RegExp][] = [
    [
      'of another type',
      () => writeTensors(file(), { a: { dtype: 'I64', shape: [1], bytes: Buffer.alloc(8) } }),
      /a is of type I64\. F32, F16 and BF16 can be read/,
    ],
    [
      'that contradict their shape',
      () => writeTensors(file(), { a: { dtype: 'F32', shape: [2], bytes: Buffer.alloc(4) } }),
      /its header says what cannot be of "a"/,
    ],
    ['that are none', () => writeFile(file(), 'no such thing at all'), /this is no safetensors file/],
    [
      'with a damaged header',
      () =>
        writeFile(file(), Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"a"    ')])),
      /this is no safetensors file/,
    ],
  ];
  for (const [what, make, message] of broken)
    it(`${what} are refused`, async () => {
      await make();
      await assert.rejects(
        readAll(file()),
        (error) => error instanceof InvalidInput && message.test(error.message),
      );
    });
});

describe('weights of a checkpoint', () => {
  let folder: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    await copyFile(path.join(FIXTURES, 'relu/config.json'), path.join(folder, 'config.json'));
  });

  /** The tensors of the fixture, changed. */
  const writeChanged = async (change: (tensors: Record<string, Tensor>) => void) => {
    const tensors: Record<string, Tensor> = {};
    const file = new SafetensorsFile(path.join(FIXTURES, 'relu/model.safetensors'));
    for (const name of file.names) {
      const { buffer, byteOffset, byteLength } = file.read(name);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      tensors[name] = { dtype: 'F32', shape: [...file.shapeOf(name)], bytes };
    }
    file.close();
    change(tensors);
    await writeTensors(path.join(folder, 'model.safetensors'), tensors);
  };
  const refuses = async (message: RegExp) => {
    for (const load of [loadModel, Generator.load])
      await assert.rejects(load(folder), (error) => {
        assert.ok(error instanceof InvalidInput, String(error));
        assert.match(error.message, message);
        return true;
      });
  };

  it('that are missing are named', async () => {
    await writeChanged((tensors) => {
      delete tensors['decoder.final_layer_norm.weight'];
    });
    await refuses(
      /lacks tensor decoder\.final_layer_norm\.weight\. Take config\.json and weights from the same/,
    );
  });

  it('that are too many are named', async () => {
    await writeChanged((tensors) => {
      for (const name of ['a', 'b', 'c', 'd', 'e'])
        tensors[name] = { dtype: 'F32', shape: [1], bytes: Buffer.alloc(4) };
    });
    await refuses(/has unexpected tensors a, b, c and 2 more/);
  });

  it('of another shape are named', async () => {
    await writeChanged((tensors) => {
      tensors['encoder.final_layer_norm.weight'] = { dtype: 'F32', shape: [8], bytes: Buffer.alloc(32) };
    });
    await refuses(/encoder\.final_layer_norm\.weight is \[8\], but config\.json makes it \[16\]/);
  });

  it('may have the embedding under the name of a copy of it', async () => {
    await writeChanged((tensors) => {
      tensors['encoder.embed_tokens.weight'] = tensors['shared.weight']!;
      delete tensors['shared.weight'];
    });
    const model = await loadModel(folder);
    assert.deepEqual(model.weights.value('embedding').shape, [120, 16]);
    model.dispose();
  });

  it('only of another format are refused with the way to convert them', async () => {
    await writeFile(path.join(folder, 'pytorch_model.bin'), 'x');
    await refuses(
      /has its weights only as pytorch_model\.bin\. Convert it once with transformers: .*save_pretrained/,
    );
  });

  it('that are not there at all are refused', () => refuses(/has no model\.safetensors/));

  it('in a file that was cut short are refused', async () => {
    const file = path.join(folder, 'model.safetensors');
    await copyFile(path.join(FIXTURES, 'relu/model.safetensors'), file);
    await truncate(file, 50_000);
    await refuses(/it ends within .*The file was cut short; fetch it again/);
  });

  it('with a shard missing are refused', async () => {
    await copyFile(path.join(FIXTURES, 'gated/config.json'), path.join(folder, 'config.json'));
    for (const file of ['model.safetensors.index.json', 'model-00001-of-00002.safetensors'])
      await copyFile(path.join(FIXTURES, 'gated', file), path.join(folder, file));
    await refuses(/model-00002-of-00002\.safetensors: no such file/);
    await writeFile(path.join(folder, 'model.safetensors.index.json'), '{"metadata": {}}');
    await refuses(/index\.json: it has no weight_map/);
    await writeFile(path.join(folder, 'model.safetensors.index.json'), '{"weight_map": ');
    await refuses(/index\.json: this is not JSON/);
  });

  it('without a config that can be read are refused', async () => {
    await writeFile(path.join(folder, 'config.json'), '{');
    await refuses(/config\.json: this is not JSON/);
    assert.equal(await readFile(path.join(folder, 'config.json'), 'utf8'), '{');
  });
});
