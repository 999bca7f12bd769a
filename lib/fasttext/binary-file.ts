import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

const CHUNK = 1 << 20;

/** Collects little-endian numbers and texts in memory, until there are enough of them to be written. */
export class BinaryWriter {
  #buffer = Buffer.alloc(CHUNK);
  #length = 0;

  /** Whether so much is collected that it had better be taken. */
  get isFull(): boolean {
    return this.#length > CHUNK / 2;
  }

  byte(value: number): void {
    this.#room(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
  }

  int32(value: number): void {
    this.#room(4);
    this.#length = this.#buffer.writeInt32LE(value, this.#length);
  }

  int64(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeBigInt64LE(BigInt(value), this.#length);
  }

  float64(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** Bytes that hold no zero, ended by one. */
  text(value: Uint8Array): void {
    this.#room(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    this.byte(0);
  }

  /** What was collected, until more is; the writer is empty afterwards. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Reads the same back, a megabyte of the file at a time. */
export class BinaryReader {
  readonly #file: FileHandle;
  readonly #tooShort: () => Error;
  #buffer = Buffer.alloc(CHUNK);
  #start = 0;
  #end = 0;
  /** Where in the file the buffer ends. */
  #position = 0;

  /** @param tooShort makes the error for a file that ends before what is asked for */
  constructor(file: FileHandle, tooShort: () => Error) {
    this.#file = file;
    this.#tooShort = tooShort;
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#take(1));
  }

  int32(): number {
    return this.#buffer.readInt32LE(this.#take(4));
  }

  int64(): number {
    return Number(this.#buffer.readBigInt64LE(this.#take(8)));
  }

  float64(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  /** The bytes up to a zero. */
  text(): Uint8Array {
    const bytes: number[] = [];
    for (let byte = this.byte(); byte !== 0; byte = this.byte()) bytes.push(byte);
    return Uint8Array.from(bytes);
  }

  /** Fills the array. */
  async floats(values: Float32Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let done = Math.min(bytes.length, this.#end - this.#start);
    bytes.set(this.#buffer.subarray(this.#start, this.#start + done));
    this.#start += done;
    while (done < bytes.length) {
      const length = Math.min(bytes.length - done, 64 * CHUNK);
      const { bytesRead } = await this.#file.read(bytes, done, length, this.#position);
      if (bytesRead === 0) throw this.#tooShort();
      done += bytesRead;
      this.#position += bytesRead;
    }
  }

  /** Moves past these bytes and returns where in the buffer they begin. */
  #take(bytes: number): number {
    while (this.#end - this.#start < bytes) this.#refill();
    this.#start += bytes;
    return this.#start - bytes;
  }

  #refill(): void {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const read = readSync(this.#file.fd, this.#buffer, this.#end, CHUNK - this.#end, this.#position);
    if (read === 0) throw this.#tooShort();
    this.#end += read;
    this.#position += read;
  }
}
