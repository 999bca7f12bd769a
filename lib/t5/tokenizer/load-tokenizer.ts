import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { isMissingFile } from '../../artifacts/files.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { type NormalizerJson, withCharsmaps } from './precompiled-charsmap.ts';
import { type AddedToken, sentencePieceTokenizer } from './sentencepiece.ts';
import type { Tokenizer } from './tokenizer.ts';
import { sentinelToken, WORD_START } from './tokenizer-files.ts';

interface TokenizerConfig {
  added_tokens_decoder?: Record<string, { content?: unknown } & Record<string, unknown>>;
  additional_special_tokens?: unknown[];
  pad_token?: unknown;
  eos_token?: unknown;
  clean_up_tokenization_spaces?: unknown;
  extra_ids?: unknown;
}

/**
 * Reads the tokenizer of a Hugging Face model folder: `tokenizer.json`, or `spiece.model` and `added_tokens.json` where
 * there is no other, with what `tokenizer_config.json` says.
 * @throws {InvalidInput} if the folder has neither, or one that cannot be read or lacks T5's tokens
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const contents = (name: string) =>
    readFile(path.join(folder, name)).catch((error: unknown) => {
      if (!isMissingFile(error)) throw error;
    });
  const configJson = String((await contents('tokenizer_config.json')) ?? '{}');
  const json = await contents('tokenizer.json');
  if (json) return createTokenizer(String(json), configJson, path.join(folder, 'tokenizer.json'));
  const sentencePiece = await contents('spiece.model');
  if (!sentencePiece)
    throw new InvalidInput(
      folder,
      'has neither tokenizer.json nor spiece.model',
      'Give the folder of a Hugging Face T5 checkpoint with its tokenizer',
    );
  const place = path.join(folder, 'spiece.model');
  const config: TokenizerConfig = parseObject(configJson, place);
  const listed = String((await contents('added_tokens.json')) ?? '{}');
  const added = addedTokens(config, parseObject(listed, `${place}, added_tokens.json`));
  const sentinels = typeof config.extra_ids === 'number' ? config.extra_ids : 100;
  return construct(sentencePieceTokenizer(sentencePiece, sentinels, place, added), config, place);
}

/**
 * A tokenizer from the contents of its two files.
 * @param place what to call tokenizer.json in messages
 * @throws {InvalidInput}
 */
export function createTokenizer(
  tokenizerJson: string,
  configJson = '{}',
  place = 'tokenizer.json',
): Tokenizer {
  return construct(parseObject(tokenizerJson, place), parseObject(configJson, place), place);
}

/** Tokens that were added to the pieces. Newer files list them in the configuration, with their flags. */
function addedTokens(config: TokenizerConfig, listed: object): AddedToken[] {
  const special = (config.additional_special_tokens ?? []).map(tokenName);
  const explicit = Object.entries(config.added_tokens_decoder ?? {}).map(([id, token]) => ({
    ...token,
    id: Number(id),
    content: String(token.content),
    special: token.special === true,
  }));
  const others = Object.entries(listed)
    .filter(([content]) => !explicit.some((token) => token.content === content))
    .map(([content, id]) => ({ id: Number(id), content, special: special.includes(content) }));
  return [...explicit, ...others].sort((a, b) => a.id - b.id);
}

function construct(json: object, config: TokenizerConfig, place: string): Tokenizer {
  let inner: HuggingFaceTokenizer;
  try {
    inner = new HuggingFaceTokenizer(json, config);
    inner.normalizer = withCharsmaps(inner.normalizer, (json as { normalizer?: NormalizerJson }).normalizer);
  } catch (cause) {
    throw unreadable(place, cause);
  }
  return adapt(inner, config, place);
}

function parseObject(text: string, place: string): object {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch (cause) {
    throw unreadable(place, cause);
  }
}

const unreadable = (place: string, cause: unknown) =>
  new InvalidInput(
    place,
    `not a tokenizer that can be read (${cause instanceof Error ? cause.message : String(cause)})`,
    'Save it again with transformers: AutoTokenizer.from_pretrained(...).save_pretrained(...)',
  );

function adapt(inner: HuggingFaceTokenizer, config: TokenizerConfig, place: string): Tokenizer {
  const idOf = (token: string): number => {
    const id = inner.token_to_id(token);
    if (id !== undefined) return id;
    throw new InvalidInput(place, `no token ${token}`, 'A T5 tokenizer has <pad>, </s> and <extra_id_0>');
  };
  const padId = idOf(tokenName(config.pad_token) ?? '<pad>');
  const eosId = idOf(tokenName(config.eos_token) ?? '</s>');
  const sentinels = sentinelsOf(inner);
  if (sentinels.length === 0) idOf(sentinelToken(0));
  const skipped = new Set<number>();
  for (const [id, token] of inner.get_added_tokens_decoder()) if (token.special) skipped.add(id);
  let vocabSize = 0;
  for (const id of inner.get_vocab().values()) vocabSize = Math.max(vocabSize, id + 1);
  // transformers 5 tidies spaces only where the file asks for it; the library would by default.
  const decoding = { clean_up_tokenization_spaces: config.clean_up_tokenization_spaces === true };

  return {
    vocabSize,
    padId,
    eosId,
    sentinelCount: sentinels.length,
    sentinel: (index) => {
      const id = sentinels[index];
      if (id === undefined)
        throw new RangeError(`${sentinelToken(index)}: the tokenizer has ${sentinels.length} sentinels`);
      return id;
    },
    encode: (text) => {
      const { ids } = inner.encode(text);
      if (ids.at(-1) !== eosId) ids.push(eosId);
      return ids;
    },
    decode: (ids) => {
      const kept = Array.from(ids).filter((id) => id < vocabSize && !skipped.has(id));
      return kept.length === 0 ? '' : inner.decode(kept, decoding);
    },
  };
}

/** Ids of `<extra_id_i>`. mT5 has them as pieces that begin a word. */
function sentinelsOf(inner: HuggingFaceTokenizer): number[] {
  const idOf = (index: number) =>
    inner.token_to_id(sentinelToken(index)) ?? inner.token_to_id(`${WORD_START}${sentinelToken(index)}`);
  const sentinels: number[] = [];
  for (let id = idOf(0); id !== undefined; id = idOf(sentinels.length)) sentinels.push(id);
  return sentinels;
}

/** Special tokens stand in the config as text, or as an object with their flags. */
function tokenName(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'content' in value) return String(value.content);
  return undefined;
}
