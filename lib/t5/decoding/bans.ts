/**
 * Rules of decoding that forbid tokens: each looks at what a sequence has so far and names the ids that must not follow.
 * The counterparts in transformers are logits processors that set scores to minus infinity.
 */

/** @param sequence ids so far, the decoder's start included */
export type Ban = (sequence: ArrayLike<number>, length: number) => Iterable<number>;

/** No end before the sequence has this many tokens, the decoder's start included (`MinLengthLogitsProcessor`). */
export function banEarlyEnd(minLength: number, eosId: number): Ban {
  const end = [eosId];
  return (_, length) => (length < minLength ? end : []);
}

/** No n-gram twice (`NoRepeatNGramLogitsProcessor`). */
export function banRepeatedNgrams(size: number): Ban {
  return (sequence, length) => {
    const banned = new Set<number>();
    const prefix = size - 1;
    for (let start = 0; start + prefix < length; start++) {
      let offset = 0;
      while (offset < prefix && sequence[start + offset] === sequence[length - prefix + offset]) offset++;
      if (offset === prefix) banned.add(sequence[start + prefix]!);
    }
    return banned;
  };
}
