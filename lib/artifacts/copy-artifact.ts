import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { openStore } from './open-store.ts';

/** Copies all files of a reference's artifact into a folder. @throws {InvalidInput} if this machine cannot reach it */
export async function copyArtifact(uri: string, out: string): Promise<void> {
  const [, address, stage, key] = PLACE.exec(uri) ?? [];
  const store = address === undefined ? undefined : await openStore(address);
  const manifest = await store?.find(stage!, key!);
  if (!store || !manifest)
    throw new InvalidInput(
      'report',
      `${uri} is not on this machine`,
      'Run this where the artifact store is, or where the bucket can be read',
    );
  for (const [name, reference] of Object.entries(store.references(manifest))) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await copyFile(await store.open(reference), join(out, name));
  }
}

/** Store, stage and key in the address of an artifact's file. */
const PLACE = /^((?:file|s3):\/\/.*)\/([A-Za-z]+)\/([0-9a-f]{32})\/.+$/;
