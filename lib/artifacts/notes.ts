import { sha256 } from './digest.ts';

/**
 * Small JSON values beside the artifacts, under names that say what they are about: what is known of runs, where
 * artifacts hold what stages made. A note is written whole or not at all; who writes last wins.
 */
export interface Notes {
  /** Writes a note in place of the one of this name. */
  write(name: string, value: unknown): Promise<void>;
  /** The note of a name, or undefined. */
  read(name: string): Promise<unknown>;
  /** Names of all notes under a folder, `runs/7f3a/`, or of all there are; in no order. */
  list(folder: string): AsyncIterable<string>;
  /** Removes a note, if it is there. */
  remove(name: string): Promise<void>;
}

/** Longer parts are shortened to this, because file systems end names at 255 bytes. */
const LONGEST_PART = 160;

/**
 * The name of a note from its parts, which may hold anything: `runs`, `reuters/2026 11` -> `runs/reuters%2F2026%2011`.
 * A part that is too long keeps its beginning, and a digest of the whole.
 */
export function noteName(...parts: string[]): string {
  return parts.map(encodePart).join('/');
}

function encodePart(part: string): string {
  const plain = encodeURIComponent(part).replaceAll('*', '%2A').replace(/^\./, '%2E');
  if (plain.length <= LONGEST_PART) return plain;
  const digest = sha256(part).slice(0, 32);
  return `${plain.slice(0, LONGEST_PART - digest.length - 1)}~${digest}`;
}
