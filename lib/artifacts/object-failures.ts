/** Failures of object storage: which are retried, and how the rest is reported. */
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { InvalidInput } from '../settings/invalid-input.ts';
import { ArtifactDamaged } from './artifact-damaged.ts';
import { proxyAdvice } from './proxy.ts';

/** The server did not respond in any attempt. A later one may succeed. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';

  constructor(place: string, cause: unknown) {
    super(
      `${place} cannot be reached (${reasonOf(cause)}), although it was tried for ${RETRY_MS / 60_000} minutes. ${proxyAdvice() ?? 'Check the network and AWS_ENDPOINT_URL_S3'}`,
      { cause },
    );
  }
}

/** Long enough to survive a restart of the storage or a network outage of a minute. */
export const RETRY_MS = 120_000;
/** Unsupported operations are permanent, although the SDK treats them as transient server errors. */
const NOT_IMPLEMENTED = 501;

/** Delay before a retry, with jitter so that many workers do not return at once. */
export const retryDelay = (retry: number): number =>
  Math.min(5_000, 100 * 2 ** retry) * (0.5 + Math.random() / 2);

type RetryStrategy = Exclude<S3ClientConfig['retryStrategy'], undefined>;
type Token = { begun: number; getRetryCount(): number; getRetryDelay(): number };

/**
 * Retries everything but client errors for `RETRY_MS`. The SDK's own strategies take attempts from a shared budget, which
 * a few multipart uploads exhaust within seconds.
 */
export const storageRetries: RetryStrategy = {
  acquireInitialRetryToken: async (): Promise<Token> => {
    return { begun: Date.now(), getRetryCount: () => 0, getRetryDelay: () => 0 };
  },
  refreshRetryTokenForRetry: async (token, { errorType, error }): Promise<Token> => {
    const { begun } = token as Token;
    const isFinal = errorType === 'CLIENT_ERROR' || statusOf(error) === NOT_IMPLEMENTED;
    if (isFinal || Date.now() - begun > RETRY_MS) throw error;
    const count = token.getRetryCount() + 1;
    return { begun, getRetryCount: () => count, getRetryDelay: () => retryDelay(count) };
  },
  recordSuccess: () => {},
};

type StorageError = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

/** The HTTP status of an error response. */
export const statusOf = (error: unknown): number | undefined =>
  (error as StorageError | undefined)?.$metadata?.httpStatusCode;

/** Whether an object does not exist (but its bucket does). */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && (error as StorageError).name !== 'NoSuchBucket';

const NETWORK_FAILURE =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE|TimeoutError|RequestTimeout)$/;

/** Whether a retry may succeed. */
export function isTransient(error: unknown): boolean {
  const { code = '', name } = error as StorageError;
  const status = statusOf(error) ?? 0;
  const isOfServer = status === 429 || (status >= 500 && status !== NOT_IMPLEMENTED);
  return isOfServer || NETWORK_FAILURE.test(code) || NETWORK_FAILURE.test(name);
}

/** Converts an SDK error for the user; local disk errors are unchanged. */
export function asStorageFailure(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof InvalidInput) return error;
  if (/^checksum mismatch/i.test(error.message))
    return new ArtifactDamaged(place, 'the content does not match the checksum it was stored with');
  const mistake = mistakeOf(error, place);
  if (mistake) return new InvalidInput(place, ...mistake);
  return isTransient(error) ? new StorageUnavailable(place, error) : error;
}

/** The user's mistake about the bucket, credentials or storage, if it is one, and its remedy. */
function mistakeOf(error: Error, place: string): [problem: string, remedy: string] | undefined {
  const status = statusOf(error);
  if (error.name === 'NoSuchBucket' || (status === 404 && !place.slice('s3://'.length).includes('/')))
    return ['no such bucket', 'Create it, or check its name and AWS_ENDPOINT_URL_S3'];
  if (status === NOT_IMPLEMENTED)
    return [
      `this storage cannot do what is needed (${error.name})`,
      'Take one that knows conditional writes (If-None-Match) and multipart uploads',
    ];
  const lacksAccess = error.name === 'CredentialsProviderError' || /region is missing/i.test(error.message);
  if (lacksAccess || status === 301 || status === 401 || status === 403)
    return [
      `the storage refuses access (${reasonOf(error)})`,
      'Check AWS_REGION, and that the credentials (AWS_PROFILE, AWS_ACCESS_KEY_ID or a role) may list, read, write and delete there',
    ];
  return undefined;
}

function reasonOf(error: unknown): string {
  const { message, code, name } = error as StorageError;
  const status = statusOf(error);
  return status ? `status ${status}, ${name}` : message || code || name;
}
