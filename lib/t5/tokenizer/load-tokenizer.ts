import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { Tokenizer } from './tokenizer.ts';
import { sentinelToken } from './tokenizer-files.ts';

interface TokenizerConfig {
  pad_token?: unknown;
  eos_token?: unknown;
  clean_up_tokenization_spaces?: unknown;
}

/**
 * Reads `tokenizer.json` (and `tokenizer_config.json`, where there is one) of a Hugging Face model folder.
 * @throws {InvalidInput} if the folder has no tokenizer.json, or one that cannot be read or lacks T5's tokens
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const text = await readFile(file, 'utf8').catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw await missingTokenizer(folder);
  });
  const config = await readFile(path.join(folder, 'tokenizer_config.json'), 'utf8').catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      return '{}';
    },
  );
  return createTokenizer(text, config, file);
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
  try {
    const config = (JSON.parse(configJson) ?? {}) as TokenizerConfig;
    return adapt(new HuggingFaceTokenizer(JSON.parse(tokenizerJson) as object, config), config, place);
  } catch (cause) {
    if (cause instanceof InvalidInput) throw cause;
    throw new InvalidInput(
      place,
      `not a tokenizer that can be read (${cause instanceof Error ? cause.message : String(cause)})`,
      'Save it again with transformers: AutoTokenizer.from_pretrained(...).save_pretrained(...)',
    );
  }
}

function adapt(inner: HuggingFaceTokenizer, config: TokenizerConfig, place: string): Tokenizer {
  const idOf = (token: string): number => {
    const id = inner.token_to_id(token);
    if (id !== undefined) return id;
    throw new InvalidInput(place, `no token ${token}`, 'A T5 tokenizer has <pad>, </s> and <extra_id_0>');
  };
  const padId = idOf(tokenName(config.pad_token) ?? '<pad>');
  const eosId = idOf(tokenName(config.eos_token) ?? '</s>');
  const sentinels: number[] = [];
  for (let id: number | undefined = idOf(sentinelToken(0)); id !== undefined; ) {
    sentinels.push(id);
    id = inner.token_to_id(sentinelToken(sentinels.length));
  }
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

/** Special tokens stand in the config as text, or as an object with their flags. */
function tokenName(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'content' in value) return String(value.content);
  return undefined;
}

async function missingTokenizer(folder: string): Promise<InvalidInput> {
  const sentencePiece = await access(path.join(folder, 'spiece.model')).then(
    () => true,
    () => false,
  );
  return new InvalidInput(
    folder,
    sentencePiece ? 'has spiece.model but no tokenizer.json' : 'has no tokenizer.json',
    sentencePiece
      ? 'Convert it once with transformers: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)'
      : 'Give the folder of a Hugging Face T5 checkpoint with its tokenizer',
  );
}
