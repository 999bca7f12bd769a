import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProfileBuilder } from '../balancing/profiles.ts';
import { pageLine, readPages } from '../corpus/formats.ts';
import { LineFile } from '../corpus/line-file.ts';
import { classSlug } from './class-slug.ts';

export interface ClassDescription {
  /** Folder that gets the classes' files. */
  out: string;
  /** Classes to describe; pages of others serve as their contrast. */
  labels: readonly string[];
  /** Seed of the sample of sentences. */
  seed: number;
  signal: AbortSignal;
}

/** Where a class's training pages lie in an artifact of the prepare stage. */
export const textsFile = (label: string) => `${classFolder(label)}/texts.jsonl`;
/** Where its keywords and sentences do. */
export const profileFile = (label: string) => `${classFolder(label)}/profile.json`;

const classFolder = (label: string) => `classes/${classSlug(label)}`;

/**
 * Writes the training pages and the profile of each class.
 * @param training file of the training side, pages as JSONL; no other page is read
 * @returns how many pages each file of texts has
 */
export async function describeClasses(
  training: string,
  { out, labels, seed, signal }: ClassDescription,
): Promise<Record<string, number>> {
  const builder = new ProfileBuilder({ labels, seed });
  const texts = new Map<string, LineFile>();
  try {
    for (const label of labels) {
      await mkdir(join(out, classFolder(label)), { recursive: true });
      texts.set(label, await LineFile.create(join(out, textsFile(label))));
    }
    for await (const page of readPages(training)) {
      signal.throwIfAborted();
      builder.add(page);
      await texts.get(page.label)?.write(pageLine(page));
    }
    for (const profile of builder.profiles())
      await writeFile(join(out, profileFile(profile.label)), JSON.stringify(profile, null, 2));
    for (const file of texts.values()) await file.close();
  } finally {
    for (const file of texts.values()) await file.discard();
  }
  return Object.fromEntries([...texts].map(([label, file]) => [textsFile(label), file.lines]));
}
