/**
 * Hugging Face's own cache, shared with Python:
 *
 *     models--<owner>--<name>/
 *       blobs/<etag>                      contents: sha256 of large files, git's object id of small ones
 *       snapshots/<commit>/<file>         links to blobs
 *       refs/<branch or tag>              the commit it last stood for
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../../artifacts/files.ts';
import { userCacheFolder } from '../../../artifacts/user-folders.ts';
import { CONFIG, weightFiles } from '../files.ts';

/**
 * Hugging Face's home folder: `HF_HOME`, or `huggingface` in the user's cache folder.
 * @throws {InvalidInput} where there is neither
 */
export const hubHome = (): string =>
  process.env.HF_HOME ?? path.join(userCacheFolder('HF_HOME'), 'huggingface');

/** The folder of all cached repositories: `HF_HUB_CACHE`, or `hub` in the home folder. */
export const hubCache = (): string =>
  process.env.HF_HUB_CACHE ?? process.env.HUGGINGFACE_HUB_CACHE ?? path.join(hubHome(), 'hub');

/** One model's part of the cache. */
export class ModelCache {
  private readonly folder: string;

  constructor(cacheFolder: string, id: string) {
    this.folder = path.join(cacheFolder, ['models', ...id.split('/')].join('--'));
  }

  blob(etag: string): string {
    return path.join(this.folder, 'blobs', etag);
  }

  snapshot(commit: string): string {
    return path.join(this.folder, 'snapshots', commit);
  }

  /** The commit a branch, a tag or the commit itself stands for here, if known. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const known = await readFile(path.join(this.folder, 'refs', revision), 'utf8').catch(() => undefined);
    return known?.trim();
  }

  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    const file = path.join(this.folder, 'refs', revision);
    await mkdir(path.dirname(file), { recursive: true });
    await writeAtomically(file, commit);
  }

  /** Whether a snapshot has a file of this size, as a link or by itself. A commit's files never change. */
  async holds(commit: string, name: string, size: number): Promise<boolean> {
    const there = await stat(path.join(this.snapshot(commit), name)).catch(() => undefined);
    return there?.isFile() === true && there.size === size;
  }

  /** Lets a snapshot's file point to a blob; where the file system has no links, it gets a copy. */
  async link(commit: string, name: string, etag: string): Promise<void> {
    const target = path.join(this.snapshot(commit), name);
    await mkdir(path.dirname(target), { recursive: true });
    await rm(target, { force: true });
    const relative = path.relative(path.dirname(target), this.blob(etag));
    await symlink(relative, target).catch(() => copyFile(this.blob(etag), target));
  }

  /**
   * The folder of a snapshot that has all a model needs, if there is one.
   * @param options.tokenizer whether it needs a tokenizer too: Python may have asked for the model only
   */
  async completeSnapshot(
    revision: string,
    { tokenizer = false }: { tokenizer?: boolean } = {},
  ): Promise<string | undefined> {
    const commit = await this.commitOf(revision);
    if (commit === undefined) return undefined;
    const folder = this.snapshot(commit);
    const has = (name: string) => existsSync(path.join(folder, name));
    if (!has(CONFIG) || (tokenizer && !has('tokenizer.json') && !has('spiece.model'))) return undefined;
    try {
      return weightFiles(folder).every(has) ? folder : undefined;
    } catch {
      return undefined;
    }
  }
}

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);
