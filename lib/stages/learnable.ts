import type { ArtifactReference } from '../artifacts/reference.ts';

/** Of the prepare stage's files the training records that models may read: those not held back for validation. */
export const learnable = (files: Record<string, ArtifactReference>): ArtifactReference =>
  files['learn.jsonl'] ?? files['train.jsonl']!;
