/** Where the hub is and who asks, by the variables that Hugging Face's Python library honours. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInput } from '../../../settings/invalid-input.ts';
import { hubHome } from './cache.ts';

/** Address of the hub: the given one, HF_ENDPOINT, or https://huggingface.co. */
export const hubEndpoint = (given?: string): string =>
  (given ?? process.env.HF_ENDPOINT ?? 'https://huggingface.co').replace(/\/+$/, '');

/**
 * The access token: the given one, HF_TOKEN, or what `hf auth login` left.
 * @throws {InvalidInput} for what cannot be a token
 */
export async function accessToken(given?: string): Promise<string | undefined> {
  const stored = process.env.HF_TOKEN_PATH ?? path.join(hubHome(), 'token');
  const token = given ?? process.env.HF_TOKEN ?? (await readFile(stored, 'utf8').catch(() => ''));
  const trimmed = token.trim();
  if (trimmed === '') return undefined;
  if (trimmed.startsWith('hf_')) return trimmed;
  throw new InvalidInput(
    'HF_TOKEN',
    'not an access token of the hub',
    'A token starts with hf_; unset HF_TOKEN to go without',
  );
}
