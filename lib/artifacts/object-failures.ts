/** What can go wrong between this process and an object storage: what is tried again, and what is said of the rest. */
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { InvalidInput } from '../settings/invalid-input.ts';
import { ArtifactDamaged } from './artifact-damaged.ts';
import { proxyAdvice } from './proxy.ts';

/** The server did not answer within all attempts. A later attempt may succeed. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';

  constructor(place: string, cause: unknown) {
    super(
      `${place} cannot be reached (${reasonOf(cause)}), although it was tried for ${RETRY_MS / 60_000} minutes. ${proxyAdvice() ?? 'Check the network and AWS_ENDPOINT_URL_S3'}`,
      { cause },
    );
  }
}

/** A storage that is restarted or a network that is cut for a minute shall cost nothing but the wait. */
export const RETRY_MS = 120_000;
/** What a storage lacks, it lacks tomorrow too, although the SDK takes it for a passing fault of the server. */
const NOT_IMPLEMENTED = 501;

/** How long to wait before a repetition, with a random part so that many workers do not come back at once. */
export const retryDelay = (retry: number): number =>
  Math.min(5_000, 100 * 2 ** retry) * (0.5 + Math.random() / 2);

type RetryStrategy = Exclude<S3ClientConfig['retryStrategy'], undefined>;
type Token = { begun: number; getRetryCount(): number; getRetryDelay(): number };

/**
 * Repeats what the SDK calls no client's error for `RETRY_MS`. Its own strategies count attempts and draw them from a
 * common budget, which a few uploads of many parts use up within seconds.
 */
export const patientRetries: RetryStrategy = {
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

/** The HTTP status of an answer that became an error. */
export const statusOf = (error: unknown): number | undefined =>
  (error as StorageError | undefined)?.$metadata?.httpStatusCode;

/** Whether there is no such object; a bucket that is not there is another matter. */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && (error as StorageError).name !== 'NoSuchBucket';

const NETWORK_FAILURE =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE|TimeoutError|RequestTimeout)$/;

/** Whether a repetition may end otherwise. */
export function isTransient(error: unknown): boolean {
  const { code = '', name } = error as StorageError;
  const status = statusOf(error) ?? 0;
  const isOfServer = status === 429 || (status >= 500 && status !== NOT_IMPLEMENTED);
  return isOfServer || NETWORK_FAILURE.test(code) || NETWORK_FAILURE.test(name);
}

/** An error of the SDK as the user shall read it; errors of this machine's own disk pass unchanged. */
export function asStorageFailure(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof InvalidInput) return error;
  if (/^checksum mismatch/i.test(error.message))
    return new ArtifactDamaged(place, 'the content does not match the checksum it was stored with');
  const mistake = mistakeOf(error, place);
  if (mistake) return new InvalidInput(place, ...mistake);
  return isTransient(error) ? new StorageUnavailable(place, error) : error;
}

/** What is wrong with bucket, credentials or storage, if that is it, and what to do. */
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
