/**
 * The store of finished stages. A stage's files are published together under its key, with the manifest written last.
 * Without a manifest an artifact does not exist, so a kill at any moment leaves either the whole artifact or nothing.
 */
import type { ReadingOptions } from './digest.ts';
import type { Notes } from './notes.ts';
import type { ArtifactReference } from './reference.ts';
import type { Timing } from './timing.ts';

/** Metadata of a finished stage: `manifest.json` next to its files. */
export interface Manifest {
  manifestVersion: 1;
  stage: string;
  version: number;
  key: string;
  /** The parameters, with references reduced to digests. */
  parameters: unknown;
  /** By path relative to the artifact's folder, with `/`. */
  files: Record<string, { digest: string; bytes: number; records?: number }>;
  summary: unknown;
  /** Absent in artifacts of 0.1.0. */
  made?: Timing;
}

/** Takes the place of a stage name for imported files, keyed by their hexadecimal digest. */
export const INPUTS = 'inputs';

/** The key of an input, if a reference points to one. */
export const inputKey = ({ uri }: ArtifactReference): string | undefined =>
  /\/inputs\/([0-9a-f]{64})\/[^/]+$/.exec(uri)?.[1];

/** A finished stage or an input, in a listing of the store. */
export interface StoredArtifact {
  stage: string;
  key: string;
  /** Of its files. */
  bytes: number;
}

/** Metadata of a stage before its files are published. */
export type StageMetadata = Omit<Manifest, 'files'>;

export interface ArtifactStore {
  /** Where the store is, as `openStore` takes it. */
  readonly uri: string;
  /** Notes about the runs that use this store. */
  readonly notes: Notes;
  /** Checks that the store is usable. @throws {InvalidInput} or {StorageUnavailable} */
  check(): Promise<void>;
  /** The manifest of a finished stage, if its files are intact; removes a damaged artifact. */
  find(stage: string, key: string): Promise<Manifest | undefined>;
  /** A new empty local folder for a stage's files. */
  stagingFolder(stage: string, key: string): Promise<string>;
  /** Publishes a staging folder, and returns the manifest in the store: the one published first. */
  publish(staging: string, metadata: StageMetadata, records?: Record<string, number>): Promise<Manifest>;
  /** Discards a staging folder. */
  discard(staging: string): Promise<void>;
  /**
   * Locks a stage on this machine: two processes in one scratch folder would corrupt each other's checkpoints.
   * @returns a function that releases it; undefined while another process of this machine holds it
   */
  claim(stage: string, key: string): Promise<(() => Promise<void>) | undefined>;
  /** A local folder that survives a killed stage, with what `saveScratch` saved on any machine. */
  scratch(stage: string, key: string): Promise<string>;
  /** Saves changes in the scratch folder for other machines, if the store is shared. */
  saveScratch(stage: string, key: string, signal?: AbortSignal): Promise<void>;
  /** Removes the scratch folder, local and saved. */
  clearScratch(stage: string, key: string): Promise<void>;
  /** Imports a file from outside the store, so that every machine that shares the store can open its reference. */
  importFile(path: string, options?: ReadingOptions): Promise<ArtifactReference>;
  /** A reference for each file of a finished stage. */
  references(manifest: Manifest): Record<string, ArtifactReference>;
  /** Local path of a reference. @throws {ArtifactDamaged} or, if this process may not read it, {InvalidInput} */
  open(reference: ArtifactReference): Promise<string>;
  /** Local folder that contains these files under their names. @throws {ArtifactDamaged} */
  openFolder(files: Record<string, ArtifactReference>): Promise<string>;
  /** All finished stages and inputs, unordered. */
  list(): AsyncIterable<StoredArtifact>;
  /** Removes a finished stage or an input; it is recreated when needed. */
  remove(stage: string, key: string): Promise<void>;
  /** Removes leftovers of killed processes, without touching those in use by live ones. */
  sweep(): Promise<void>;
}
