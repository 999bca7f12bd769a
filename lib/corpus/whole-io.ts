/** Reading and writing of all of some bytes, which one call of the system may do in part. */
import { readSync, writeSync } from 'node:fs';

/** More than this no system reads at once. */
const MOST_AT_ONCE = 2 ** 30;

/**
 * Fills an array with what stands at a place of an open file.
 * @throws where the file ends before
 */
export function readWhole(descriptor: number, into: ArrayBufferView, place: number): void {
  const bytes = bytesOf(into);
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(descriptor, bytes, at, Math.min(bytes.length - at, MOST_AT_ONCE), place + at);
    if (read === 0) throw new Error(`the file ends ${bytes.length - at} bytes too early`);
    at += read;
  }
}

/** Appends an array to an open file. */
export function writeWhole(descriptor: number, values: ArrayBufferView): void {
  const bytes = bytesOf(values);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);
