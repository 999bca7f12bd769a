import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../artifacts/files.ts';
import { normalizerJson } from './normalization.ts';

/** File names and contents of a tokenizer in Hugging Face's format. */
export interface TokenizerFiles {
  'tokenizer.json': string;
  'tokenizer_config.json': string;
  'special_tokens_map.json': string;
}

/** The Metaspace sign, U+2581, that begins the first piece of each word. */
export const WORD_START = '▁';

const SPECIAL = ['<pad>', '</s>', '<unk>'] as const;

/**
 * Score of the three special tokens inside the Unigram model: so low that no segmentation prefers them, because a
 * text whose normalised form spells `</s>` (full-width letters do) must not end there.
 */
const NEVER = -1000;

/** `<extra_id_i>`, T5's name of a blank. */
export const sentinelToken = (index: number): string => `<extra_id_${index}>`;

/** Flags of a special token. */
export const SPECIAL_FLAGS = {
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
};

/** What stands around the Unigram model in `tokenizer.json`: words by white space, and `</s>` behind each text. */
export function pipeline(endId: number) {
  const metaspace = { type: 'Metaspace', replacement: WORD_START, prepend_scheme: 'always', split: true };
  const sequence = (id: 'A' | 'B') => ({ Sequence: { id, type_id: 0 } });
  const end = { SpecialToken: { id: '</s>', type_id: 0 } };
  return {
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
    post_processor: {
      type: 'TemplateProcessing',
      single: [sequence('A'), end],
      pair: [sequence('A'), end, sequence('B'), end],
      special_tokens: { '</s>': { id: '</s>', ids: [endId], tokens: ['</s>'] } },
    },
    decoder: metaspace,
  };
}

/**
 * Lays a Unigram vocabulary out as T5's: `<pad>` 0, `</s>` 1, `<unk>` 2, the pieces, then `<extra_id_99>` down to
 * `<extra_id_0>`. Loads unchanged in `AutoTokenizer` and `tokenizers`: `PreTrainedTokenizerFast` takes the pipeline of
 * tokenizer.json as it stands, where `T5Tokenizer` would put its own in place of the normaliser.
 * @param pieces with their log probabilities, in the order of their ids
 */
export function unigramFiles(
  pieces: readonly (readonly [piece: string, score: number])[],
  sentinels: number,
): TokenizerFiles {
  const vocab = [...SPECIAL.map((token) => [token, NEVER] as const), ...pieces];
  const sentinelNames = Array.from({ length: sentinels }, (_, index) => sentinelToken(sentinels - 1 - index));
  const added = [
    ...SPECIAL.map((content, id) => ({ id, content })),
    ...sentinelNames.map((content, index) => ({ id: vocab.length + index, content })),
  ];
  const names = { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' };
  const additional = [...sentinelNames].reverse();
  return {
    'tokenizer.json': json({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added.map((token) => ({ ...token, ...SPECIAL_FLAGS })),
      normalizer: normalizerJson,
      ...pipeline(1),
      model: { type: 'Unigram', unk_id: 2, vocab, byte_fallback: false },
    }),
    'tokenizer_config.json': json({
      tokenizer_class: 'PreTrainedTokenizerFast',
      ...names,
      additional_special_tokens: additional,
      extra_ids: sentinels,
      clean_up_tokenization_spaces: false,
      model_max_length: 512,
    }),
    'special_tokens_map.json': json({ ...names, additional_special_tokens: additional }),
  };
}

/** Writes the files into a folder, each whole or not at all. */
export async function saveTokenizer(folder: string, files: TokenizerFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeAtomically(path.join(folder, name), content);
}

const json = (value: unknown) => `${JSON.stringify(value)}\n`;
