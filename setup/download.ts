import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Reporter } from './reporter.ts';

/** A file whose content is known beforehand. */
export interface PinnedFile {
  url: string;
  sha256: string;
  bytes: number;
}

const ATTEMPTS = 4;
/** Firewalls that swallow packets are common: without a limit a download would hang for ever. */
const SILENCE_MS = 20_000;

/**
 * Downloads a file; one that broke off, in this process or an earlier one, goes on where it stopped.
 * @param target gets the file, complete and checked
 * @throws {Error} when the host cannot be reached or sends something else
 */
export async function download(file: PinnedFile, target: string, reporter: Reporter): Promise<void> {
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 1; (await sizeOf(part)) < file.bytes; attempt++) {
    const before = await sizeOf(part);
    try {
      await append(file, part, reporter);
    } catch (error) {
      // A host that gave nothing at the first attempt is out of reach; one that broke off is worth another.
      const got = (await sizeOf(part)) > before;
      if (attempt === ATTEMPTS || !got) throw error;
    }
  }
  const sha256 = await digestOf(part);
  if (sha256 !== file.sha256) {
    await rm(part, { force: true });
    throw new Error(`${file.url} has sha256 ${sha256}, not ${file.sha256}`);
  }
  await rename(part, target);
}

async function append(file: PinnedFile, part: string, reporter: Reporter): Promise<void> {
  let bytes = await sizeOf(part);
  const silence = new AbortController();
  const host = new URL(file.url).host;
  const giveUp = () => silence.abort(new Error(`${host} has been silent for ${SILENCE_MS / 1000} s`));
  let timer = setTimeout(giveUp, SILENCE_MS);
  try {
    const response = await fetch(file.url, {
      headers: bytes > 0 ? { range: `bytes=${bytes}-` } : {},
      signal: silence.signal,
    });
    if (!response.ok || !response.body) throw new Error(`${host} answers ${response.status}`);
    if (response.status !== 206) bytes = 0;
    const counted = async function* (content: AsyncIterable<Uint8Array>) {
      for await (const chunk of content) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, SILENCE_MS);
        bytes += chunk.byteLength;
        reporter.progress(`${basename(file.url)}: ${megabytes(bytes)} of ${megabytes(file.bytes)} MB`);
        yield chunk;
      }
    };
    await pipeline(response.body, counted, createWriteStream(part, { flags: bytes > 0 ? 'a' : 'w' }));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether a host answers at all, within seconds.
 * @throws {Error} that says why not
 */
export async function probe(url: string): Promise<void> {
  await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
