/**
 * Keys by which near duplicates find each other: MinHash signatures cut into bands (locality-sensitive hashing). Two
 * texts are candidates where some band agrees. One permutation with optimal densification (Li, Owen and Zhang 2012;
 * Shrivastava 2017) hashes each word sequence once.
 */
import { mix, sequenceHashes } from './word-sequences.ts';

/** Values of a signature. */
const VALUES = 128;
const EMPTY = 0xffffffff;

/** How a signature is cut. */
export interface Banding {
  values: number;
  bands: number;
}

/** The widest bands of which two texts of this Jaccard similarity share one with a probability of 99 %. */
export function bandingFor(similarity: number): Banding {
  for (let values = 8; values > 1; values--) {
    const bands = Math.floor(VALUES / values);
    if (1 - (1 - similarity ** values) ** bands >= 0.99) return { values, bands };
  }
  return { values: 1, bands: VALUES };
}

const minima = new Uint32Array(VALUES);
const signature = new Uint32Array(VALUES);

/** The 32-bit keys of a text, one for each band. */
export function bandKeys(text: string, { values, bands }: Banding): Uint32Array {
  minima.fill(EMPTY);
  for (const hash of sequenceHashes(text)) {
    const bin = hash >>> 25;
    const value = hash & 0x1ffffff;
    if (value < minima[bin]!) minima[bin] = value;
  }
  densify();
  const keys = new Uint32Array(bands);
  for (let band = 0; band < bands; band++) {
    let key = band;
    for (let at = band * values; at < (band + 1) * values; at++)
      key = mix(Math.imul(key, 31) + signature[at]!);
    keys[band] = key;
  }
  return keys;
}

/**
 * Gives every bin that no sequence fell into the value of a filled one. Which one depends on the numbers of the bins
 * alone, so that similar texts mostly agree in it.
 */
function densify(): void {
  signature.set(minima);
  if (minima.every((value) => value === EMPTY)) return;
  for (let bin = 0; bin < VALUES; bin++)
    for (let draw = bin << 16; signature[bin] === EMPTY; draw++) signature[bin] = minima[mix(draw) % VALUES]!;
}
