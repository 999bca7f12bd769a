/**
 * Fetches T5 checkpoints from the Hugging Face hub into Hugging Face's own cache. Honours the variables its Python
 * library honours: HF_ENDPOINT, HF_TOKEN (or the token that `hf auth login` left), HF_HOME, HF_HUB_CACHE,
 * HF_HUB_OFFLINE.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadFile, listFiles, modelInfo } from '@huggingface/hub';
import { sumBy } from '../../arithmetic/sums.ts';
import { exists } from '../../artifacts/files.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { CONFIG, TOKENIZER_FILES, WEIGHTS, WEIGHTS_INDEX } from './files.ts';
import { hubCache, isCommit, ModelCache } from './hub/cache.ts';
import { connectToHub, type Hub, ModelUnavailable } from './hub/transport.ts';

export { ModelUnavailable } from './hub/transport.ts';

export interface FetchModelOptions {
  /** Folder of all cached repositories; by default the one Python uses. */
  cacheFolder?: string;
  /** Branch, tag or commit; by default the one behind the id's `@`, or `main`. */
  revision?: string;
  /** Access token; by default HF_TOKEN or the stored login. */
  token?: string;
  /** Address of the hub; by default HF_ENDPOINT or https://huggingface.co. */
  endpoint?: string;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
}

/** How much of a model is there. */
export interface DownloadProgress {
  /** The file that is being downloaded. */
  file: string;
  bytes: number;
  totalBytes: number;
}

/** What is fetched besides the weights, where the repository has it. */
const COMPANIONS = [CONFIG, 'generation_config.json', ...TOKENIZER_FILES];
const SHARD = /^model-\d+-of-\d+\.safetensors$/;

/** A file of a repository as the hub lists it. */
interface HubFile {
  name: string;
  size: number;
  /** sha256 of a large file's content, git's object id of a small one's. */
  etag: string;
}

/**
 * Makes sure that a model's files are in the cache and returns the folder of their snapshot. What is there is not
 * downloaded again; a broken download goes on where it stopped; without the network a complete snapshot will do. For a
 * commit whose snapshot is complete, the hub is not asked at all.
 * @param model as on the hub: `google-t5/t5-base`, or with a revision: `google-t5/t5-base@refs/pr/1`
 * @throws {ModelUnavailable} if the hub cannot be reached, or has no such model, or none in safetensors
 * @throws {InvalidInput} for what cannot be an id or a token
 */
export async function fetchModel(model: string, options: FetchModelOptions = {}): Promise<string> {
  const { id, revision } = parseModel(model, options.revision);
  const cache = new ModelCache(options.cacheFolder ?? hubCache(), id);
  const pinned = isCommit(revision) ? await cache.completeSnapshot(revision, { tokenizer: true }) : undefined;
  if (pinned !== undefined) return pinned;
  if (/^(1|on|yes|true)$/i.test(process.env.HF_HUB_OFFLINE ?? '')) {
    const complete = await cache.completeSnapshot(revision);
    if (complete !== undefined) return complete;
    throw new ModelUnavailable(
      `${id}: not complete in the cache, and HF_HUB_OFFLINE is set. Unset it, or give the folder of a checkpoint`,
    );
  }
  const hub = await connectToHub(id, options);
  let wanted = revision;
  try {
    const { sha } = await modelInfo({ name: id, revision, additionalFields: ['sha'], ...hub.access });
    if (!isCommit(sha))
      throw new ModelUnavailable(
        `${id}: ${hub.endpoint} does not speak the hub's protocol. Check HF_ENDPOINT`,
      );
    wanted = sha;
    await download(hub, wanted, cache, options);
    await cache.rememberCommit(revision, wanted);
    return cache.snapshot(wanted);
  } catch (error) {
    options.signal?.throwIfAborted();
    const failure = hub.failureOf(error);
    const complete = failure.retryable ? await cache.completeSnapshot(wanted) : undefined;
    if (complete !== undefined) return complete;
    throw failure;
  }
}

function parseModel(model: string, asked: string | undefined): { id: string; revision: string } {
  const [, id, behind] = /^([\w.-]+(?:\/[\w.-]+)?)(?:@([\w./-]+))?$/.exec(model) ?? [];
  const revision = asked ?? behind ?? 'main';
  if (id === undefined || /\.\.|--/.test(id) || revision.includes('..'))
    throw new InvalidInput(
      'model',
      `${JSON.stringify(model)} is neither a folder nor a hub id`,
      'A hub id looks like google-t5/t5-base, or google-t5/t5-base@<branch, tag or commit>',
    );
  return { id, revision };
}

async function download(
  hub: Hub,
  commit: string,
  cache: ModelCache,
  { onProgress, signal }: FetchModelOptions,
): Promise<void> {
  const repo = { type: 'model' as const, name: hub.id };
  const listed: HubFile[] = [];
  for await (const entry of listFiles({ repo, revision: commit, ...hub.access }))
    if (entry.type === 'file')
      listed.push({ name: entry.path, size: entry.size, etag: entry.lfs?.oid ?? entry.oid ?? '' });
  const files = filesOfModel(hub.id, listed);
  const totalBytes = sumBy(files, ({ size }) => size);
  let finished = 0;
  for (const file of files) {
    const report = (bytes: number) => onProgress?.({ file: file.name, bytes: finished + bytes, totalBytes });
    // What is complete is left alone: the cache may lie on a disk that is only read.
    if (!(await cache.holds(commit, file.name, file.size))) {
      const blob = cache.blob(file.etag);
      if (!(await exists(blob))) await downloadBlob(hub, commit, file, blob, report, signal);
      await cache.link(commit, file.name, file.etag);
    }
    report(file.size);
    finished += file.size;
  }
}

/** The listed files that make a model: its companions, and its weights whole or in shards. */
function filesOfModel(id: string, listed: readonly HubFile[]): HubFile[] {
  const named = new Map(listed.map((file) => [file.name, file]));
  if (!named.has(CONFIG))
    throw new ModelUnavailable(`${id}: has no config.json. Give a repository of a T5 checkpoint`);
  const shards = named.has(WEIGHTS_INDEX) ? [...named.keys()].filter((name) => SHARD.test(name)) : [];
  const weights = named.has(WEIGHTS) ? [WEIGHTS] : shards;
  if (weights.length === 0)
    throw new ModelUnavailable(
      `${id}: has no weights in safetensors format. Give another repository or revision, or convert it with transformers: T5ForConditionalGeneration.from_pretrained(...).save_pretrained(folder)`,
    );
  const index = weights === shards ? [WEIGHTS_INDEX] : [];
  const files = [...COMPANIONS, ...index, ...weights].flatMap((name) => named.get(name) ?? []);
  // Etags become names in the cache, so nothing else than a digest will do.
  const odd = files.find(({ etag }) => !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag));
  if (odd) throw new ModelUnavailable(`${id}: the hub gives no digest of ${odd.name}. Check HF_ENDPOINT`);
  return files;
}

/**
 * Writes a file's content to `target`, going on where an earlier download broke off (`<target>.incomplete`), and
 * checks it against its etag before it gets its name.
 * @param onBytes called with the bytes of this file that are there
 * @throws {Error} if the content is not what the hub promised; the next try starts afresh
 */
async function downloadBlob(
  hub: Hub,
  revision: string,
  { name, size, etag }: HubFile,
  target: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const incomplete = `${target}.incomplete`;
  await mkdir(path.dirname(target), { recursive: true });
  let bytes = (await stat(incomplete).catch(() => undefined))?.size ?? 0;
  if (bytes < size || size === 0) {
    const repo = { type: 'model' as const, name: hub.id };
    const content = await downloadFile({ repo, path: name, revision, ...hub.access });
    if (content === null)
      throw new ModelUnavailable(`${hub.id}: ${name} is gone from ${hub.endpoint}. Try again`, true);
    const rest = content.slice(bytes).stream() as AsyncIterable<Uint8Array>;
    const counted = async function* () {
      for await (const chunk of rest) {
        bytes += chunk.byteLength;
        onBytes(bytes);
        yield chunk;
      }
    };
    await pipeline(counted, createWriteStream(incomplete, { flags: 'a' }), signal ? { signal } : {});
  }
  if (bytes < size) throw new Error(`${name} ended after ${bytes} of ${size} bytes`);
  const hash = etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(incomplete)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== etag) {
    await rm(incomplete);
    throw new Error(`${name} arrived damaged`);
  }
  await rename(incomplete, target);
}
