/**
 * The safetensors format: 8 bytes with the length of a JSON header, the header (type, shape and place of each tensor),
 * then the bytes of all tensors. https://github.com/huggingface/safetensors
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import { bfloat16ToFloats, float16ToFloats } from './half-precision.ts';
import { parseHeader, TENSOR_WIDTHS, type TensorEntry } from './safetensors-header.ts';

/** A tensor on its way between file and engine. */
export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

const LARGEST_HEADER = 100 * 2 ** 20;
/** Bytes that one call reads at most: the system takes no more than 2 GiB. */
const LARGEST_READ = 2 ** 30;

/** A file that is open for reading any of its tensors. Reading is synchronous: it is the disk's cache that is copied. */
export class SafetensorsFile {
  readonly path: string;
  readonly metadata: Record<string, string>;
  readonly #entries: Map<string, TensorEntry>;
  readonly #descriptor: number;
  /** Where the bytes of the tensors begin. */
  readonly #start: number;

  /** @throws {InvalidInput} for a file that is missing, is none of this format, or is cut short */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openForReading(path);
    try {
      const { size } = fstatSync(this.#descriptor);
      const { metadata, entries, start } = readHeader(path, this.#descriptor, size);
      this.metadata = metadata;
      this.#entries = entries;
      this.#start = start;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** @throws {TypeError} for a tensor that the file does not have */
  shapeOf(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  /**
   * A tensor as 32-bit floats.
   * @param target takes the numbers; by default new memory
   * @throws {InvalidInput} for a type other than F32, F16 and BF16
   */
  read(name: string, target?: Float32Array): Float32Array {
    const { dtype, shape, data_offsets } = this.#entry(name);
    const width = TENSOR_WIDTHS[dtype];
    if (!width)
      throw new InvalidInput(this.path, `${name} is of type ${dtype}`, 'F32, F16 and BF16 can be read');
    const count = shape.reduce((product, size) => product * size, 1);
    const floats = target ?? alignedFloats(count);
    // Halves are read into the upper part of the memory of the floats, which they become from the front on.
    const bytes = new Uint8Array(floats.buffer, floats.byteOffset + count * (4 - width), count * width);
    this.#readBytes(bytes, this.#start + data_offsets[0]);
    if (dtype === 'BF16') bfloat16ToFloats(bytes, floats);
    if (dtype === 'F16') float16ToFloats(bytes, floats);
    return floats;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #entry(name: string): TensorEntry {
    const entry = this.#entries.get(name);
    if (!entry) throw new TypeError(`${this.path} has no tensor ${name}`);
    return entry;
  }

  #readBytes(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(LARGEST_READ, bytes.length - done);
      const read = readSync(this.#descriptor, bytes, done, length, position + done);
      if (read === 0)
        throw new InvalidInput(this.path, 'it was cut short while it was read', 'Fetch it again');
      done += read;
    }
  }
}

/**
 * Memory that TensorFlow can take over as it is, without copying: it wants addresses that are multiples of 64, and large
 * blocks begin 16 bytes after one. Should they not, TensorFlow copies.
 * @param Memory kind of memory: that of this thread, or of several
 */
export function alignedBytes(
  count: number,
  Memory: typeof ArrayBuffer | typeof SharedArrayBuffer = ArrayBuffer,
): Uint8Array {
  return new Uint8Array(new Memory(count + 48), 48, count);
}

/** The same for floats. */
export function alignedFloats(count: number): Float32Array {
  const { buffer, byteOffset } = alignedBytes(4 * count);
  return new Float32Array(buffer, byteOffset, count);
}

/**
 * Reads the tensors of a file one after the other, as 32-bit floats, each into memory of its own.
 * @throws {InvalidInput} for a file that is none, or holds a type other than F32, F16 and BF16
 */
export async function* readSafetensors(path: string): AsyncGenerator<NamedTensor> {
  const file = new SafetensorsFile(path);
  try {
    for (const name of file.names) yield { name, shape: [...file.shapeOf(name)], data: file.read(name) };
  } finally {
    file.close();
  }
}

/** The `__metadata__` of a file. */
export async function readMetadata(path: string): Promise<Record<string, string>> {
  const file = new SafetensorsFile(path);
  file.close();
  return file.metadata;
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw error;
    throw new InvalidInput(
      path,
      'there is no such file',
      'Give the folder of a whole Hugging Face checkpoint',
    );
  }
}

function readHeader(path: string, descriptor: number, size: number) {
  const none = new InvalidInput(
    path,
    'this is no safetensors file',
    'The file may have been cut short; fetch it again',
  );
  const head = Buffer.alloc(8);
  readSync(descriptor, head, 0, 8, 0);
  const length = Number(head.readBigUInt64LE());
  if (length < 2 || length > Math.min(LARGEST_HEADER, size - 8)) throw none;
  const text = Buffer.alloc(length);
  readSync(descriptor, text, 0, length, 8);
  const { metadata, entries } = parseHeader(path, text.toString('utf8'), size - 8 - length);
  return { metadata, entries: new Map(Object.entries(entries)), start: 8 + length };
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
