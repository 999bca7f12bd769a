/**
 * Where finished stages live. A stage's files are published together under its key, with a manifest that is written
 * last: what has no manifest does not exist, so a kill at any moment leaves either the whole artifact or nothing.
 */
import type { ReadingOptions } from './digest.ts';
import type { Notes } from './notes.ts';
import type { ArtifactReference } from './reference.ts';
import type { Timing } from './timing.ts';

/** What is known of a finished stage; `manifest.json` beside its files. */
export interface Manifest {
  manifestVersion: 1;
  stage: string;
  version: number;
  key: string;
  /** The parameters, references reduced to digests. */
  parameters: unknown;
  /** By path relative to the artifact's folder, `/` between folders. */
  files: Record<string, { digest: string; bytes: number; records?: number }>;
  summary: unknown;
  /** Absent in those of 0.1.0. */
  made?: Timing;
}

/** In place of a stage's name for files that `takeIn` had to copy, by their digest in hexadecimal digits. */
export const INPUTS = 'inputs';

/** The key of an input, where that is what a reference points to. */
export const inputKey = ({ uri }: ArtifactReference): string | undefined =>
  /\/inputs\/([0-9a-f]{64})\/[^/]+$/.exec(uri)?.[1];

/** A finished stage, or an input, as a list of the store shows it. */
export interface StoredArtifact {
  stage: string;
  key: string;
  /** Of its files. */
  bytes: number;
}

/** What is known of a stage before its files are published. */
export type Draft = Omit<Manifest, 'files'>;

export interface ArtifactStore {
  /** Where the store is, as `openStore` takes it. */
  readonly uri: string;
  /** Notes about the runs that use this store. */
  readonly notes: Notes;
  /** Checks before any work that the store can be used. @throws {InvalidInput} or {StorageUnavailable} */
  check(): Promise<void>;
  /** The manifest of a finished stage whose files are all there, unchanged; a damaged artifact is removed. */
  find(stage: string, key: string): Promise<Manifest | undefined>;
  /** A new empty local folder for a stage's files. */
  stagingFolder(stage: string, key: string): Promise<string>;
  /** Publishes a staging folder, and returns the manifest that is in the store then: the one that was published first. */
  publish(staging: string, draft: Draft, records?: Record<string, number>): Promise<Manifest>;
  /** Removes a staging folder that will not be published. */
  discard(staging: string): Promise<void>;
  /**
   * The right to work on a stage here: two processes in one scratch folder would spoil each other's checkpoints.
   * @returns what gives it back; undefined while another process of this machine has it
   */
  claim(stage: string, key: string): Promise<(() => Promise<void>) | undefined>;
  /** A local folder that outlives a killed stage, with what `saveScratch` saved of it, on whichever machine. */
  scratch(stage: string, key: string): Promise<string>;
  /** Puts what is new in the scratch folder where other machines find it, if there is such a place. */
  saveScratch(stage: string, key: string, signal?: AbortSignal): Promise<void>;
  /** Removes the scratch folder, here and where it was saved. */
  clearScratch(stage: string, key: string): Promise<void>;
  /** A reference to a file that is no stage's, which every machine that shares the store can open. */
  takeIn(path: string, options?: ReadingOptions): Promise<ArtifactReference>;
  /** A reference for each file of a finished stage. */
  references(manifest: Manifest): Record<string, ArtifactReference>;
  /** Local path of what a reference points to. @throws {ArtifactDamaged} or, where this process may not read, {InvalidInput} */
  open(reference: ArtifactReference): Promise<string>;
  /** Local folder in which these files lie under their names. @throws {ArtifactDamaged} */
  openFolder(files: Record<string, ArtifactReference>): Promise<string>;
  /** Every finished stage and every input, in no order. */
  list(): AsyncIterable<StoredArtifact>;
  /** Removes a finished stage or an input, so that the next stage that needs it makes it again. */
  remove(stage: string, key: string): Promise<void>;
  /** Removes what killed processes left behind. Nothing that a living one works on is touched. */
  sweep(): Promise<void>;
}
