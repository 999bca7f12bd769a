import { collectGarbage } from '../collect-garbage.ts';
import { alignedBytes } from '../safetensors.ts';

/** Only large blocks of memory begin where TensorFlow takes them over as they are. */
const BLOCK_BYTES = 64 << 20;
/** What TensorFlow wants addresses to be multiples of. */
const ALIGNMENT = 64;

/** Memory that threads share. It is the system's until something is written to it, and never given back in parts. */
export class SharedMemory {
  #block: Uint8Array = alignedBytes(0, SharedArrayBuffer);
  /** Copies that wait for the garbage collector, which does not feel their size. */
  #garbageBytes = 0;

  /** A copy, at an address as TensorFlow wants it. The original is expected to be dropped. */
  copy(bytes: Uint8Array): Uint8Array {
    if (this.#block.length < bytes.length)
      this.#block = alignedBytes(Math.max(BLOCK_BYTES, bytes.length), SharedArrayBuffer);
    const copy = this.#block.subarray(0, bytes.length);
    copy.set(bytes);
    this.#block = this.#block.subarray(Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT);
    this.#garbageBytes += bytes.length;
    if (this.#garbageBytes > BLOCK_BYTES) {
      collectGarbage();
      this.#garbageBytes = 0;
    }
    return copy;
  }
}
