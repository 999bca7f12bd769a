/** What the engine needs of a tokenizer: texts to ids and back, and the few ids that have a meaning of their own. */
export interface Tokenizer {
  /** Ids of a text, ending with `eosId` as T5's do. */
  encode(text: string): number[];
  /** The text of ids; special tokens and ids without a token are skipped. */
  decode(ids: ArrayLike<number>): string;
  /** One more than the highest id that has a token. */
  readonly vocabSize: number;
  readonly padId: number;
  readonly eosId: number;
  /** How many `<extra_id_i>` there are. */
  readonly sentinelCount: number;
  /** Id of `<extra_id_i>`; throws RangeError beyond `sentinelCount`. */
  sentinel(index: number): number;
}
