/**
 * T5's own tokenizer file, `spiece.model`: a SentencePiece model as a protobuf message. What is needed of
 * https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
 */
import protobuf from 'protobufjs';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { pipeline, SPECIAL_FLAGS, sentinelToken } from './tokenizer-files.ts';

const UNIGRAM = 1;

/** A token beyond the pieces: of `added_tokens.json`, or of tokenizer_config.json. */
export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
  single_word?: boolean;
}

interface Model {
  pieces: { piece: string; score: number }[];
  trainerSpec?: { modelType: number };
  normalizerSpec?: { precompiledCharsmap: Uint8Array };
}

const { root } = protobuf.parse(`
  syntax = "proto2";
  message TrainerSpec { optional int32 model_type = 3 [default = 1]; }
  message NormalizerSpec { optional bytes precompiled_charsmap = 2; }
  message Piece { optional string piece = 1; optional float score = 2; }
  message Model {
    repeated Piece pieces = 1;
    optional TrainerSpec trainer_spec = 2;
    optional NormalizerSpec normalizer_spec = 3;
  }
`);
const modelType = root.lookupType('Model');

/**
 * The tokenizer.json that transformers makes of a `spiece.model`: its pieces, the sentinels after them, T5's own
 * special tokens, and tokens added by users.
 * @param place what to call the file in messages
 * @param more tokens with their ids, of which the sentinels may be some
 * @throws {InvalidInput} for a file that is none, or no Unigram model, or has other tokens at the ids of added ones
 */
export function sentencePieceTokenizer(
  bytes: Uint8Array,
  sentinels: number,
  place: string,
  more: readonly AddedToken[] = [],
): object {
  const { pieces, trainerSpec, normalizerSpec } = parse(bytes, place);
  if ((trainerSpec?.modelType ?? UNIGRAM) !== UNIGRAM)
    throw new InvalidInput(place, 'is no Unigram model', 'T5 and mT5 have Unigram models');
  const names = Array.from({ length: sentinels }, (_, index) => sentinelToken(sentinels - 1 - index));
  const vocab = [...pieces.map(({ piece, score }) => [piece, score]), ...names.map((name) => [name, 0])];
  const idOf = (token: string) => pieces.findIndex(({ piece }) => piece === token);
  const special = ['<pad>', '</s>', '<unk>'].map((content) => ({ id: idOf(content), content }));
  const missing = special.find(({ id }) => id < 0);
  if (missing) throw new InvalidInput(place, `has no piece ${missing.content}`, 'T5 and mT5 have it');
  const own = [...special, ...names.map((content, index) => ({ id: pieces.length + index, content }))];
  const vocabulary = vocab.map(([piece]) => piece as string);
  const added = [...own, ...more.filter((token) => !isKnown(token, vocabulary, place))];
  const charsmap = normalizerSpec?.precompiledCharsmap;
  return {
    version: '1.0',
    added_tokens: added.map((token) => ({ ...SPECIAL_FLAGS, ...token })),
    normalizer: charsmap?.length
      ? { type: 'Precompiled', precompiled_charsmap: Buffer.from(charsmap).toString('base64') }
      : null,
    ...pipeline(idOf('</s>')),
    model: { type: 'Unigram', unk_id: idOf('<unk>'), vocab, byte_fallback: false },
  };
}

/** Whether an added token is one that the vocabulary has at its id. */
function isKnown({ id, content }: AddedToken, vocabulary: readonly string[], place: string): boolean {
  const there = vocabulary[id];
  if (there === content) return true;
  const isBeyond = Number.isSafeInteger(id) && id >= vocabulary.length;
  if (isBeyond && !vocabulary.includes(content)) return false;
  throw new InvalidInput(
    place,
    `has ${JSON.stringify(there ?? 'no token')} at ${id}, where its added tokens have ${JSON.stringify(content)}`,
    'Save it again with transformers: AutoTokenizer.from_pretrained(...).save_pretrained(...)',
  );
}

function parse(bytes: Uint8Array, place: string): Model {
  try {
    const model = modelType.toObject(modelType.decode(bytes)) as Model;
    if (model.pieces?.length > 0) return model;
  } catch {
    // Thrown below, as for a message without pieces.
  }
  throw new InvalidInput(
    place,
    'is no SentencePiece model',
    'The file may have been cut short; fetch it again',
  );
}
