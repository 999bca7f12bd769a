/** One training example: token ids of the encoder's input and of what the decoder shall say, both ending in `</s>`. */
export interface Example {
  input: number[];
  target: number[];
}

/** Ids cut to at most `max`, the last of them still `</s>`. */
export function truncate(ids: number[], max: number, eosId: number): number[] {
  return ids.length <= max ? ids : [...ids.slice(0, max - 1), eosId];
}
