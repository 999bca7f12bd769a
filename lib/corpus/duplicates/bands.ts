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
  /** Values of a band. */
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

/** Draws in which a filled bin is sought for an empty one, before all filled ones are compared. */
const DRAWS = 6;

/**
 * Gives every bin that no sequence fell into the value of a filled one. Which one depends on the numbers of the bins
 * alone, so that similar texts mostly agree in it.
 */
function densify(): void {
  const filled: number[] = [];
  for (let bin = 0; bin < VALUES; bin++) if (minima[bin] !== EMPTY) filled.push(bin);
  signature.set(minima);
  if (filled.length === 0) return;
  for (let bin = 0; bin < VALUES; bin++)
    if (minima[bin] === EMPTY) signature[bin] = minima[drawnBin(bin) ?? nearestBin(bin, filled)]!;
}

function drawnBin(bin: number): number | undefined {
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawn = mix(bin * VALUES * DRAWS + draw) % VALUES;
    if (minima[drawn] !== EMPTY) return drawn;
  }
  return undefined;
}

/** The filled bin whose number gives the least hash together with this one's. */
function nearestBin(bin: number, filled: readonly number[]): number {
  let nearest = filled[0]!;
  let least = EMPTY;
  for (const other of filled) {
    const hash = mix(VALUES * bin + other);
    if (hash < least) [nearest, least] = [other, hash];
  }
  return nearest;
}
