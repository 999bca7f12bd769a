import type { Tokenizer } from '@huggingface/tokenizers';

/**
 * SentencePiece's compiled normaliser (nmt_nfkc and its like): which stretch of UTF-8 becomes which other. Little-endian:
 * the size of a double-array trie in bytes, the trie, then the replacements, each ending with a zero byte.
 *
 * The trie is Darts-clone's, read as `spm_precompiled` reads it, which Python's tokenizers use; see its `DoubleArray`.
 */
const LABEL = 0x800000ff;
const HAS_LEAF = 0x100;
const WIDE_OFFSET = 0x200;
const VALUE = 0x7fffffff;

/** Longest grapheme that is looked up whole, in bytes of UTF-8. */
const LONGEST_GRAPHEME = 5;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class PrecompiledCharsmap {
  readonly #trie: Uint32Array;
  readonly #replacements: Uint8Array;
  /** Of single characters: texts have few different ones. */
  readonly #known = new Map<string, string | undefined>();

  /** @throws {RangeError} for bytes that are no such map */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < 4 ? Number.NaN : view.getUint32(0, true);
    if (!(size > 0 && size % 4 === 0 && size <= bytes.length - 4))
      throw new RangeError('no compiled character map');
    this.#trie = Uint32Array.from({ length: size / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
    this.#replacements = bytes.subarray(4 + size);
  }

  /** As Python's tokenizers do it: a short grapheme is looked up whole, any other one character by character. */
  normalize(text: string): string {
    let normalized = '';
    for (const { segment: grapheme } of graphemes.segment(text)) {
      const whole = isShort(grapheme) ? this.#replacement(grapheme) : undefined;
      if (whole !== undefined) normalized += whole;
      else for (const character of grapheme) normalized += this.#replacement(character) ?? character;
    }
    return normalized;
  }

  /** What the text becomes, decided by the shortest beginning of it that the map has. */
  #replacement(text: string): string | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    const start = this.#find(encoder.encode(text));
    const found = start === undefined ? undefined : this.#textAt(start);
    this.#known.set(text, found);
    return found;
  }

  #find(key: Uint8Array): number | undefined {
    const trie = this.#trie;
    let node = offsetOf(trie[0]!);
    for (const byte of key) {
      if (byte === 0) return undefined;
      node ^= byte;
      const unit = trie[node];
      if (unit === undefined || (unit & LABEL) >>> 0 !== byte) return undefined;
      node ^= offsetOf(unit);
      if (unit & HAS_LEAF) return trie[node]! & VALUE;
    }
    return undefined;
  }

  #textAt(start: number): string {
    const end = this.#replacements.indexOf(0, start);
    return decoder.decode(this.#replacements.subarray(start, end < 0 ? undefined : end));
  }
}

const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & WIDE_OFFSET) >>> 6);

const isShort = (grapheme: string): boolean =>
  grapheme.length === 1 ||
  (grapheme.length <= LONGEST_GRAPHEME && encoder.encode(grapheme).length <= LONGEST_GRAPHEME);

/** The `normalizer` of a tokenizer.json. */
export interface NormalizerJson {
  type: string;
  precompiled_charsmap?: string | null;
  normalizers?: NormalizerJson[];
}

/** A normaliser of the library: it is called as a function. */
type Normalizer = Tokenizer['normalizer'];

/**
 * A normaliser that follows its compiled character maps. The library takes NFKC for every such map, which is wrong in
 * one of twenty nasty texts.
 * @param normalizer as the library made it of `json`
 * @throws {RangeError} for a map that is none
 */
export function withCharsmaps(normalizer: Normalizer, json: NormalizerJson | null | undefined): Normalizer {
  if (json?.type === 'Precompiled' && json.precompiled_charsmap) {
    const charsmap = new PrecompiledCharsmap(Buffer.from(json.precompiled_charsmap, 'base64'));
    // Texts are split at white space afterwards. Python's tokenizers count U+0085 as such, JavaScript does not.
    return callable((text) => charsmap.normalize(text).replaceAll('\u0085', ' '));
  }
  if (json?.type === 'Sequence' && json.normalizers) {
    const library = (normalizer as unknown as { normalizers: Normalizer[] }).normalizers;
    const all = json.normalizers.map((part, index) => withCharsmaps(library[index] ?? null, part));
    return callable((text) => all.reduce((normalized, each) => (each ? each(normalized) : normalized), text));
  }
  return normalizer;
}

const callable = (normalize: (text: string) => string) => normalize as unknown as NonNullable<Normalizer>;
