/** Where the hub is, who asks, and how: by the variables that Hugging Face's Python library honours. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HubApiError } from '@huggingface/hub';
import { proxyAdvice } from '../../../artifacts/proxy.ts';
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

/** A model that the hub does not give. The message says which, why and what to do. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
  /** Whether trying again later can help: the network, a hub that is overloaded or down. Not a wrong id. */
  readonly retryable: boolean;

  constructor(message: string, retryable = false, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}

/** The hub, asked about one model. */
export interface Hub {
  id: string;
  endpoint: string;
  /** What every call of the hub library is given; its `fetch` is cancellable. */
  access: { hubUrl: string; fetch: typeof fetch; accessToken?: string };
  /** What went wrong as a ModelUnavailable. @throws errors that have nothing to do with the hub */
  failureOf(error: unknown): ModelUnavailable;
}

/** Nothing is asked yet. @throws {InvalidInput} for what cannot be a token */
export async function connectToHub(
  id: string,
  given: { endpoint?: string; token?: string; signal?: AbortSignal },
): Promise<Hub> {
  const { signal } = given;
  const endpoint = hubEndpoint(given.endpoint);
  const token = await accessToken(given.token);
  // Streams of the hub library pass a failure on as mere text.
  let failure: ModelUnavailable | undefined;
  const fail = (error: ModelUnavailable): never => {
    failure = error;
    throw error;
  };
  const fetchFromHub: typeof fetch = async (input, init) => {
    const response = await fetch(input, signal ? { ...init, signal } : init).catch((cause: unknown) => {
      signal?.throwIfAborted();
      return fail(unreachable(id, endpoint, cause));
    });
    // Other hosts hold the contents of large files; the hub library renews their addresses when they refuse.
    const asked = input instanceof Request ? input.url : String(input);
    if (response.ok || !asked.startsWith(endpoint)) return response;
    await response.body?.cancel();
    return fail(refused(id, endpoint, response.status));
  };
  return {
    id,
    endpoint,
    access: { hubUrl: endpoint, fetch: fetchFromHub, ...(token && { accessToken: token }) },
    failureOf: (error) => {
      if (error instanceof ModelUnavailable) return error;
      if (failure) return failure;
      if (error instanceof HubApiError) return refused(id, endpoint, error.statusCode);
      // Errors of the network come wrapped by fetch: one that names its system call is the disk's.
      if (error instanceof InvalidInput || (error instanceof Error && 'syscall' in error)) throw error;
      return unreachable(id, endpoint, error);
    },
  };
}

/** The hub did not answer, or stopped in the middle of an answer. */
export function unreachable(id: string, endpoint: string, cause: unknown): ModelUnavailable {
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const detail =
    reason instanceof Error ? ((reason as NodeJS.ErrnoException).code ?? reason.message) : String(reason);
  const proxy = proxyAdvice();
  const remedy = proxy
    ? `${proxy}, or fetch it with hf download`
    : 'Check the network or HF_ENDPOINT, or give the folder of a checkpoint';
  return new ModelUnavailable(
    `${id}: the hub at ${endpoint} cannot be reached or broke off (${detail}). ${remedy}`,
    true,
    { cause },
  );
}

/** The hub answered, but not with what was asked for. */
function refused(id: string, endpoint: string, status: number): ModelUnavailable {
  if (status === 404)
    return new ModelUnavailable(
      `${id}: not found at ${endpoint}. Check the model's id and revision, or give the folder of a checkpoint`,
    );
  if (status === 401 || status === 403)
    return new ModelUnavailable(
      `${id}: ${endpoint} answers ${status}: it does not exist, or is private or gated. Check the id, or set HF_TOKEN to a token that may read it`,
    );
  const retryable = status === 408 || status === 429 || status >= 500;
  return new ModelUnavailable(
    `${id}: ${endpoint} answers with status ${status}. ${retryable ? 'Try again later' : 'Check the id and HF_ENDPOINT'}`,
    retryable,
  );
}
