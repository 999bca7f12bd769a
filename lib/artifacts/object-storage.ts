/**
 * S3-compatible object storage, as far as the artifact store needs it. Endpoint, region and credentials come from the
 * variables and files that every AWS tool reads: AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, ….
 */

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ReadingOptions } from './digest.ts';
import { formatObjectAddress } from './object-address.ts';
import {
  asStorageFailure,
  isMissing,
  isTransient,
  RETRY_MS,
  retryDelay,
  statusOf,
  storageRetries,
} from './object-failures.ts';

export interface ObjectDescription {
  key: string;
  bytes: number;
  etag: string;
  /** When it was written, in milliseconds. */
  writtenAt: number;
}

/** Part size of an upload; at most 10,000 parts are allowed, so larger files need larger parts. */
const PART_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 9_000;
const PARTS_AT_ONCE = 3;
/** Maximum number of keys per delete request. */
const DELETED_AT_ONCE = 1_000;

/** Timeouts for a server that accepts no connection, or stops responding. */
const CONNECTION_MS = 5_000;
const SILENCE_MS = 30_000;

let sharedClient: S3Client | undefined;

function createClient(): S3Client {
  // Read the release notes before raising the pinned version.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  // Servers other than Amazon's rarely have a host name per bucket, and ignore regions.
  const isOther = Boolean(AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL);
  const region = AWS_REGION || AWS_DEFAULT_REGION || (isOther ? 'us-east-1' : undefined);
  return new S3Client({
    ...(region ? { region } : {}),
    forcePathStyle: isOther,
    retryStrategy: storageRetries,
    requestHandler: { connectionTimeout: CONNECTION_MS, socketTimeout: SILENCE_MS },
  });
}

/** One bucket. */
export class ObjectStorage {
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(bucket: string) {
    this.bucket = bucket;
    sharedClient ??= createClient();
    this.#client = sharedClient;
  }

  /** Checks that the bucket exists and is accessible. @throws {InvalidInput} or {StorageUnavailable} */
  async check(): Promise<void> {
    await this.#attempt('', () => this.#client.send(new HeadBucketCommand({ Bucket: this.bucket })));
  }

  /** Size and entity tag of an object, if it exists. */
  async describe(key: string): Promise<ObjectDescription | undefined> {
    return this.#find(key, async () => {
      const head = await this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
      const writtenAt = head.LastModified?.getTime() ?? 0;
      return { key, bytes: head.ContentLength ?? 0, etag: head.ETag ?? '', writtenAt };
    });
  }

  /** The objects below a key prefix, sorted by key. */
  async *list(prefix: string): AsyncGenerator<ObjectDescription> {
    let token: string | undefined;
    do {
      const page = await this.#attempt(prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }),
        ),
      );
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? [])
        yield { key: Key!, bytes: Size ?? 0, etag: ETag ?? '', writtenAt: LastModified?.getTime() ?? 0 };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** A small object as text, if it exists. */
  async readText(key: string): Promise<string | undefined> {
    return this.#find(key, async () => {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return Body!.transformToString('utf8');
    });
  }

  /**
   * Downloads an object to a file, atomically. A broken connection resumes.
   * @returns digest and size; undefined if the object does not exist
   */
  async download(key: string, path: string, options: ReadingOptions = {}) {
    const partial = `${path}.${randomUUID()}.partial`;
    await mkdir(dirname(path), { recursive: true });
    const file = await open(partial, 'wx');
    try {
      const reading = this.#attempt(key, () => this.#read(key, file, options));
      const written = await reading.finally(() => file.close());
      if (written) await rename(partial, path);
      return written;
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** Uploads a file, in parts if large; the server verifies a checksum of each part. */
  async upload(path: string, key: string, signal?: AbortSignal): Promise<{ etag: string }> {
    const { size } = await stat(path);
    return this.#attempt(key, async () => {
      signal?.throwIfAborted();
      const upload = new Upload({
        client: this.#client,
        params: { Bucket: this.bucket, Key: key, Body: createReadStream(path, { highWaterMark: 1 << 20 }) },
        partSize: Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS)),
        queueSize: PARTS_AT_ONCE,
      });
      const abort = () => void upload.abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return { etag: (await upload.done()).ETag ?? '' };
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    });
  }

  /** Writes a small object, replacing any with that key. */
  async write(key: string, text: string): Promise<void> {
    await this.#attempt(key, () => this.#put(key, text));
  }

  /** Writes a small object unless the key exists; after a lost response it may return false although it did write. */
  async writeOnce(key: string, text: string): Promise<boolean> {
    return this.#attempt(key, async () => {
      try {
        await this.#put(key, text, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        // 409: another conditional write of this key is in progress.
        if (statusOf(error) === 412 || statusOf(error) === 409) return false;
        throw error;
      }
    });
  }

  /** Removes objects; missing ones are ignored. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETED_AT_ONCE) {
      const Objects = keys.slice(start, start + DELETED_AT_ONCE).map((Key) => ({ Key }));
      await this.#attempt(Objects[0]!.Key, () =>
        this.#client.send(
          new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
        ),
      );
    }
  }

  #put(key: string, text: string, condition: { IfNoneMatch?: string } = {}) {
    const object = { Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/json' };
    return this.#client.send(new PutObjectCommand({ ...object, ...condition }));
  }

  async #read(key: string, file: FileHandle, { signal, onBytes }: ReadingOptions) {
    const hash = createHash('sha256');
    let bytes = 0;
    let etag: string | undefined;
    let progressAt = Date.now();
    for (let retry = 0; ; retry++) {
      try {
        const rest = bytes > 0 ? { Range: `bytes=${bytes}-`, IfMatch: etag } : {};
        const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, ...rest });
        const { Body, ETag } = await this.#client.send(command, { abortSignal: signal });
        etag = ETag;
        for await (const chunk of Body as AsyncIterable<Buffer>) {
          await file.writeFile(chunk);
          hash.update(chunk);
          bytes += chunk.length;
          progressAt = Date.now();
          retry = 0;
          onBytes?.(chunk.length);
        }
        break;
      } catch (error) {
        signal?.throwIfAborted();
        if (isMissing(error)) return undefined;
        // The connection broke exactly at the end of the object.
        if (bytes > 0 && statusOf(error) === 416) break;
        if (!isTransient(error) || Date.now() - progressAt > RETRY_MS) throw error;
        await setTimeout(retryDelay(retry), undefined, { signal });
      }
    }
    return { digest: `sha256:${hash.digest('hex')}`, bytes };
  }

  /** `#attempt`, but undefined if the object does not exist. */
  #find<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
    return this.#attempt(key, () =>
      work().catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
  }

  async #attempt<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { bucket } = this;
      throw asStorageFailure(error, key === '' ? `s3://${bucket}` : formatObjectAddress({ bucket, key }));
    }
  }
}
