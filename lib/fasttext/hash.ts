/** fastText's hashes, bit for bit: they decide which bucket, hence which row of the input matrix, an n-gram shares. */

/** The hash of no bytes. */
export const HASH_START = 2166136261 | 0;

/** 32-bit FNV-1a, each byte taken as a signed number (fastText's old habit, kept by its models). */
export const extendHash = (hash: number, byte: number): number =>
  Math.imul(hash ^ ((byte << 24) >> 24), 16777619);

/** The hash of a token. */
export function hashOf(token: string): number {
  let hash = HASH_START;
  for (let place = 0; place < token.length; place++) hash = extendHash(hash, token.charCodeAt(place));
  return hash;
}

/** A hash of a character n-gram as a bucket. */
export const bucketOfHash = (hash: number, buckets: number): number => (hash >>> 0) % buckets;

/** The 64-bit state of a word n-gram's hash, in two halves so that no loop needs BigInt. */
export interface NgramHash {
  high: number;
  low: number;
}

/** Starts a word n-gram with its first word's hash, sign-extended to 64 bits as the C++ conversion does. */
export function startNgram(state: NgramHash, hash: number): void {
  state.high = hash < 0 ? 0xffffffff : 0;
  state.low = hash >>> 0;
}

/** `state = state * 116049371 + hash` modulo 2^64. */
export function extendNgram(state: NgramHash, hash: number): void {
  const multiplier = 116049371;
  // Products of 16 by 27 bits stay below 2^53.
  const lowest = (state.low & 0xffff) * multiplier;
  const middle = (state.low >>> 16) * multiplier + Math.floor(lowest / 65536);
  const low = (middle % 65536) * 65536 + (lowest % 65536) + (hash >>> 0);
  const carry = Math.floor(middle / 65536) + Math.floor(low / 4294967296);
  state.high = (Math.imul(state.high, multiplier) + carry + (hash < 0 ? -1 : 0)) >>> 0;
  state.low = low >>> 0;
}

/** The bucket of a word n-gram: its hash as an unsigned 64-bit number, modulo `buckets` (below 2^31). */
export function bucketOfNgram(state: NgramHash, buckets: number): number {
  const upper = ((state.high % buckets) * 65536 + (state.low >>> 16)) % buckets;
  return (upper * 65536 + (state.low & 0xffff)) % buckets;
}
