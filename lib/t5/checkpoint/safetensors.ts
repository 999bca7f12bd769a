/**
 * The safetensors format: 8 bytes with the length of a JSON header, the header (type, shape and place of each tensor),
 * then the bytes of all tensors. https://github.com/huggingface/safetensors
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { z } from 'zod';
import { isObject } from '../../settings/fits.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { sizeOf } from '../../tensorflow/tensors.ts';

const count = z.int().nonnegative();

/** What the header says of one tensor; its place is counted from the end of the header. */
const Entry = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
type TensorEntry = z.infer<typeof Entry>;

/** Bytes of a number of the types that can be read. */
const WIDTHS: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };
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
   * @throws {InvalidInput} for a type other than F32, F16 and BF16
   */
  read(name: string): Float32Array {
    const { dtype, shape, data_offsets } = this.#entry(name);
    const width = WIDTHS[dtype];
    if (!width)
      throw new InvalidInput(this.path, `${name} is of type ${dtype}`, 'F32, F16 and BF16 can be read');
    const count = sizeOf(shape);
    const floats = alignedFloats(count);
    // Halves are read into the upper part of the memory of the floats, which they become from the front on.
    const bytes = new Uint8Array(floats.buffer, floats.byteOffset + count * (4 - width), count * width);
    this.#readBytes(bytes, this.#start + data_offsets[0]);
    if (dtype !== 'F32') {
      const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
      (dtype === 'BF16' ? bfloat16ToFloats : float16ToFloats)(halves, floats);
    }
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

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw error;
    throw new InvalidInput(path, 'no such file', 'Give the folder of a whole Hugging Face checkpoint');
  }
}

/** The header, held against the file's size, because its sizes are allocated. */
function readHeader(path: string, descriptor: number, size: number) {
  const head = Buffer.alloc(8);
  readSync(descriptor, head, 0, 8, 0);
  const length = Number(head.readBigUInt64LE());
  if (length < 2 || length > Math.min(LARGEST_HEADER, size - 8)) throw notThisFormat(path);
  const text = Buffer.alloc(length);
  readSync(descriptor, text, 0, length, 8);
  const { __metadata__: metadata, ...entries } = parseObject(path, text.toString('utf8'));
  for (const [name, entry] of Object.entries(entries)) {
    const shown = JSON.stringify(name.slice(0, 100));
    if (!isEntry(entry)) throw new InvalidInput(path, `its header says what cannot be of ${shown}`, DAMAGED);
    if (entry.data_offsets[1] > size - 8 - length)
      throw new InvalidInput(path, `it ends within ${shown}`, 'The file was cut short; fetch it again');
  }
  return {
    metadata: isObject(metadata) ? (metadata as Record<string, string>) : {},
    entries: new Map(Object.entries(entries as Record<string, TensorEntry>)),
    start: 8 + length,
  };
}

function parseObject(path: string, text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (isObject(header)) return header;
  } catch {
    // Reported below.
  }
  throw notThisFormat(path);
}

const DAMAGED = 'The file may have been damaged; fetch it again';
const notThisFormat = (path: string) => new InvalidInput(path, 'this is no safetensors file', DAMAGED);

function isEntry(entry: unknown): entry is TensorEntry {
  const { data } = Entry.safeParse(entry);
  if (!data) return false;
  const [start, end] = data.data_offsets;
  const width = WIDTHS[data.dtype];
  return start <= end && (width === undefined || sizeOf(data.shape) * width === end - start);
}

/**
 * Writes tensors as F32. The file has its name only when it is whole and on disk.
 * @param tensors called once for each name, so that only one tensor is in memory at a time
 */
export async function writeSafetensors(
  path: string,
  shapes: readonly { name: string; shape: readonly number[] }[],
  tensor: (name: string) => Float32Array,
  metadata: Record<string, string> = {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const { name, shape } of shapes) {
    const end = offset + 4 * sizeOf(shape);
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
      const data = tensor(name);
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}

/** A bfloat16 is the upper half of a 32-bit float. */
function bfloat16ToFloats(halves: Uint16Array, floats: Float32Array): void {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  for (let index = 0; index < bits.length; index++) bits[index] = halves[index]! << 16;
}

/**
 * IEEE 754 binary16: 1 sign bit, 5 of the exponent with bias 15, 10 of the fraction. Its bits in the places of a 32-bit
 * float's are the same number but for the bias, 127.
 */
function float16ToFloats(halves: Uint16Array, floats: Float32Array): void {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  for (let index = 0; index < bits.length; index++) {
    const half = halves[index]!;
    bits[index] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    floats[index]! *= 2 ** 112;
    // The largest exponent stands for infinity and for what is no number.
    if ((half & 0x7c00) === 0x7c00) floats[index]! *= half & 0x3ff ? Number.NaN : Number.POSITIVE_INFINITY;
  }
}
