import { fileURLToPath } from 'node:url';
import { InvalidInput } from '../settings/invalid-input.ts';
import { AllowList } from './allow-list.ts';
import { FolderStore } from './folder-store.ts';
import { isObjectAddress } from './object-address.ts';
import type { ArtifactStore } from './store.ts';

/**
 * The store at an address: a folder, a `file://` address, or `s3://bucket/prefix`.
 * @param allowList where references may lead outside the store
 * @throws {InvalidInput} for any other address
 */
export async function openStore(address: string, allowList = AllowList.everything()): Promise<ArtifactStore> {
  if (isObjectAddress(address)) {
    // Loaded on demand: the SDK takes 0.2 s to load, and folder stores do not need it.
    const { S3Store } = await import('./s3-store.ts');
    return new S3Store(address, allowList);
  }
  const folder = address.startsWith('file://') ? fileURLToPath(address) : address;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(folder))
    throw new InvalidInput(
      'store',
      `${address} is no store this version can use`,
      'Give a folder, a file:// address, or s3://bucket/prefix',
    );
  return new FolderStore(folder, allowList);
}
