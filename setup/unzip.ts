import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

/**
 * Unpacks some files of a zip archive. Programs stay executable.
 * @param wanted gives the path under `folder` for an entry's name, or nothing to leave it out
 */
export async function unzip(
  archive: string,
  folder: string,
  wanted: (entry: string) => string | undefined,
): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      const path = wanted(entry.fileName);
      if (path === undefined) continue;
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const isExecutable = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0;
      const file = createWriteStream(target, { mode: isExecutable ? 0o777 : 0o666 });
      await pipeline(await zip.openReadStreamPromise(entry), file);
    }
  } finally {
    zip.close();
  }
}
