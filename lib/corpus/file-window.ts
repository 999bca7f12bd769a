import { fstatSync, readSync } from 'node:fs';

/** Bytes read at once where parts of the file are asked for in order, as they mostly are. */
const WINDOW = 1024 * 1024;
/** Bytes read at once where they are not. */
const GLANCE = 8 * 1024;

/** A part of an open file in memory that moves along with what is asked for. */
export class FileWindow {
  /** What is in memory, until the next part is asked for; it begins where a part began that was asked for. */
  bytes = Buffer.alloc(0);
  readonly #descriptor: number;
  readonly #size: number;
  #from = 0;
  #memory = Buffer.alloc(0);

  /** @param size of the file that may be looked at; all of it without */
  constructor(descriptor: number, size = fstatSync(descriptor).size) {
    this.#descriptor = descriptor;
    this.#size = size;
  }

  /**
   * Brings a part of the file into the window.
   * @returns where in `bytes` it begins, until the next call; -1 where the file is shorter
   */
  hold(place: number, length: number): number {
    if (place + length > this.#size) return -1;
    const after = place - (this.#from + this.bytes.length);
    if (place < this.#from || after + length > 0) {
      // Behind the window, and not far: the file is being gone through.
      const inOrder = place > this.#from && after < 4 * WINDOW;
      const wanted = Math.max(inOrder ? WINDOW : GLANCE, length);
      if (wanted > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(wanted);
      const read = readSync(this.#descriptor, this.#memory, 0, Math.min(wanted, this.#size - place), place);
      this.bytes = this.#memory.subarray(0, read);
      this.#from = place;
    }
    const at = place - this.#from;
    return at + length <= this.bytes.length ? at : -1;
  }
}
