import { fileURLToPath } from 'node:url';
import { InvalidInput } from '../settings/invalid-input.ts';
import { FolderStore } from './folder-store.ts';
import type { ArtifactStore } from './store.ts';

/**
 * The store at an address: a folder or a `file://` address.
 * @throws {InvalidInput} for an address of another kind
 */
export function openStore(address: string): ArtifactStore {
  if (address.startsWith('file://')) return new FolderStore(fileURLToPath(address));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(address))
    throw new InvalidInput(
      'store',
      `${address} is no store this version can use`,
      'Give a folder or a file:// address',
    );
  return new FolderStore(address);
}
