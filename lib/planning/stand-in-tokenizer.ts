import type { Tokenizer } from '../t5/tokenizer/tokenizer.ts';

/** Characters that a piece of T5's vocabulary has in English home pages, on average. */
const CHARACTERS_A_PIECE = 4;
const SENTINELS = 100;
const FIRST_PIECE = 3;

/**
 * Cuts words into about as many pieces as a trained tokenizer would, without being one: what counts for the speed of a
 * model is how many ids there are.
 */
export function standInTokenizer(vocabSize: number): Tokenizer {
  const pieces = vocabSize - SENTINELS - FIRST_PIECE;
  const sentinel = (index: number) => vocabSize - 1 - index;
  return {
    vocabSize,
    padId: 0,
    eosId: 1,
    sentinelCount: SENTINELS,
    sentinel,
    decode: () => '',
    encode(text) {
      const ids: number[] = [];
      for (const word of text.split(/\s+/u).filter(Boolean)) {
        const hidden = /^<extra_id_(\d+)>$/.exec(word);
        if (hidden) ids.push(sentinel(Number(hidden[1])));
        else
          for (let at = 0; at < word.length; at += CHARACTERS_A_PIECE)
            ids.push(FIRST_PIECE + ((word.charCodeAt(at) * 31 + word.length) % pieces));
      }
      ids.push(1);
      return ids;
    },
  };
}
