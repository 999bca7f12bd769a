import type { Tokenizer } from '@huggingface/tokenizers';
import { PrecompiledCharsmap } from './precompiled-charsmap.ts';

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
