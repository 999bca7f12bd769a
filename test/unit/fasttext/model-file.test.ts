import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFastText, saveFastText } from '../../../lib/fasttext/model-file.ts';

const plain = new URL('../../fixtures/fasttext/plain.bin', import.meta.url).pathname;

/** Offsets in the file: magic, version, then twelve whole numbers of which these are some. */
const OFFSET = { loss: 32, kind: 36, t: 56, pruned: 84 };

describe("the classifier's .bin file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasttext-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is written again as it was read', async () => {
    const path = join(folder, 'again.bin');
    await saveFastText(await loadFastText(plain), path);
    assert.ok((await readFile(path)).equals(await readFile(plain)));
    assert.deepEqual(await readdir(folder), ['again.bin']);
  });

  it('keeps a setting that the C++ program was not given, whose default has 64 bits', async () => {
    const [given, path] = [join(folder, 'given.bin'), join(folder, 'again.bin')];
    const bytes = await readFile(plain);
    bytes.writeDoubleLE(1e-4, OFFSET.t);
    await writeFile(given, bytes);
    await saveFastText(await loadFastText(given), path);
    assert.ok((await readFile(path)).equals(bytes));
  });

  it('leaves nothing behind when it cannot be written', async () => {
    const model = await loadFastText(plain);
    await assert.rejects(saveFastText(model, join(folder, 'missing', 'model.bin')), { code: 'ENOENT' });
    assert.deepEqual(await readdir(folder), []);
  });

  const broken: [string, (bytes: Buffer) => Buffer, RegExp][] = [
    ['cut in the settings', (bytes) => bytes.subarray(0, 30), /ends too early/],
    ['cut in the dictionary', (bytes) => bytes.subarray(0, 300), /ends too early/],
    ['cut in a matrix', (bytes) => bytes.subarray(0, bytes.length - 1), /ends too early/],
    ['empty', () => Buffer.alloc(0), /ends too early/],
    ['something else', () => Buffer.from('id,text,label\n1,gold,metal\n'), /does not begin/],
    ['of a later version', (bytes) => patched(bytes, 4, 13), /version is 13/],
    ['of an unknown loss', (bytes) => patched(bytes, OFFSET.loss, 5), /unknown number 5/],
    ['of word vectors', (bytes) => patched(bytes, OFFSET.kind, 2), /word vectors/],
    ['quantised', (bytes) => patched(bytes, OFFSET.pruned, 0), /quantised/],
  ];
  for (const [what, spoil, message] of broken) {
    it(`is refused when it is ${what}`, async () => {
      const path = join(folder, 'broken.bin');
      await writeFile(path, spoil(await readFile(plain)));
      await assert.rejects(loadFastText(path), { name: 'InvalidInput', message });
    });
  }

  it('is refused when it is not there', async () => {
    await assert.rejects(loadFastText(join(folder, 'none.bin')), { name: 'InvalidInput', message: /ENOENT/ });
  });
});

function patched(bytes: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeInt32LE(value, offset);
  return copy;
}
