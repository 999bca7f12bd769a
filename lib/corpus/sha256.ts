import { hash } from 'node:crypto';

/**
 * Writes the first bytes of a SHA-256 digest. It comes as a string on the way: a Buffer for each digest costs as much
 * as the digest itself, and again when it is collected.
 */
export function writeSha256(value: string | Uint8Array, to: Buffer, at: number, bytes: number): void {
  to.write(hash('sha256', value, 'binary'), at, bytes, 'latin1');
}
