import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { sha256 } from './digest.ts';
import { exists } from './files.ts';
import { localCacheFolder } from './home-of-user.ts';
import type { ArtifactReference } from './reference.ts';

/** Name of a file within a folder, `/` between folders, and where it lies. */
type OpenedFile = [name: string, path: string];

/**
 * A local folder in which files lie under their names: their own, or one of links to where they were opened.
 * @param open gives the local path of a reference
 */
export async function openFolder(
  files: Record<string, ArtifactReference>,
  open: (reference: ArtifactReference) => Promise<string>,
): Promise<string> {
  const opened: OpenedFile[] = [];
  for (const [name, reference] of Object.entries(files)) opened.push([name, await open(reference)]);
  return commonFolder(opened) ?? linkedFolder(join(localCacheFolder(), 'folders'), opened);
}

/** The folder under which every file already lies by its own name, if there is one. */
function commonFolder(files: readonly OpenedFile[]): string | undefined {
  const folders = new Set(
    files.map(([name, path]) => {
      const tail = `${sep}${name.split('/').join(sep)}`;
      return path.endsWith(tail) ? path.slice(0, -tail.length) : undefined;
    }),
  );
  return folders.size === 1 ? [...folders][0] : undefined;
}

/**
 * A folder of links to files. The same files give the same folder.
 * @param root folder of all such folders
 * @throws {InvalidInput} for a name that leads out of the folder
 */
async function linkedFolder(root: string, files: readonly OpenedFile[]): Promise<string> {
  for (const [name] of files)
    if (name === '' || name.startsWith('/') || /[\0\\]/.test(name) || name.split('/').includes('..'))
      throw new InvalidInput(
        'reference',
        `${JSON.stringify(name)} is no name of a file in a folder`,
        'Give its plain name',
      );
  const folder = join(root, sha256(JSON.stringify(files)).slice(0, 32));
  if (await exists(folder)) return folder;
  const building = `${folder}.${randomUUID()}`;
  for (const [name, path] of files) {
    await mkdir(dirname(join(building, name)), { recursive: true });
    await symlink(path, join(building, name));
  }
  // Another process may have been quicker with the same links.
  await rename(building, folder).catch(() => rm(building, { recursive: true, force: true }));
  return folder;
}
