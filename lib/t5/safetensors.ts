/**
 * The safetensors format: 8 bytes with the length of a JSON header, the header (type, shape and place of each tensor),
 * then the bytes of all tensors. https://github.com/huggingface/safetensors
 */
import { open, rename } from 'node:fs/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import { parseHeader } from './safetensors-header.ts';

/** A tensor on its way between file and engine. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

const LARGEST_HEADER = 100 * 2 ** 20;

/**
 * Reads the tensors of a file one after the other, as 32-bit floats.
 * @throws {InvalidInput} for a file that is none, or holds a type other than F32, F16 and BF16
 */
export async function* readSafetensors(path: string): AsyncGenerator<NamedTensor> {
  const file = await open(path);
  try {
    const { entries, start } = await readHeader(path, file);
    for (const [name, entry] of Object.entries(entries)) {
      const bytes = Buffer.alloc(entry.data_offsets[1] - entry.data_offsets[0]);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start + entry.data_offsets[0]);
      if (bytesRead < bytes.length)
        throw new InvalidInput(path, `it ends within ${name}`, 'The file was cut short; fetch it again');
      yield { name, shape: entry.shape, data: toFloats(path, name, entry.dtype, bytes) };
    }
  } finally {
    await file.close();
  }
}

/** The `__metadata__` of a file. */
export async function readMetadata(path: string): Promise<Record<string, string>> {
  const file = await open(path);
  try {
    return (await readHeader(path, file)).metadata;
  } finally {
    await file.close();
  }
}

async function readHeader(path: string, file: Awaited<ReturnType<typeof open>>) {
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0);
  const length = Number(head.readBigUInt64LE());
  const { size } = await file.stat();
  if (length < 2 || length > Math.min(LARGEST_HEADER, size - 8))
    throw new InvalidInput(
      path,
      'this is no safetensors file',
      'The file may have been cut short; fetch it again',
    );
  const text = Buffer.alloc(length);
  await file.read(text, 0, length, 8);
  return { ...parseHeader(path, text.toString('utf8'), size - 8 - length), start: 8 + length };
}

function toFloats(path: string, name: string, dtype: string, bytes: Buffer): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  if (dtype === 'BF16') return bfloat16ToFloats(halves);
  if (dtype === 'F16') return Float32Array.from(halves, float16ToFloat);
  throw new InvalidInput(path, `${name} is of type ${dtype}`, 'F32, F16 and BF16 can be read');
}

/** A bfloat16 is the upper half of a 32-bit float. */
function bfloat16ToFloats(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign bit, 5 of the exponent with bias 15, 10 of the fraction. */
function float16ToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Writes tensors as F32. The file has its name only when it is whole and on disk.
 * @param tensors called once for each name, so that only one tensor is in memory at a time
 */
export async function writeSafetensors(
  path: string,
  shapes: readonly { name: string; shape: readonly number[] }[],
  tensor: (name: string) => Promise<Float32Array>,
  metadata: Record<string, string> = {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const { name, shape } of shapes) {
    const end = offset + 4 * shape.reduce((product, size) => product * size, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));

  const file = await open(`${path}.partial`, 'w');
  try {
    await file.write(Buffer.concat([length, padded]));
    for (const { name } of shapes) {
      const data = await tensor(name);
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}
