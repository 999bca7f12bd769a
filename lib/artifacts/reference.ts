/** A claim check, sent through Temporal instead of content: its location and digest. */
export interface ArtifactReference {
  /** `file:///…` or `s3://…`. */
  uri: string;
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  bytes: number;
  /** Number of records, if it contains records. */
  records?: number;
}

/** Every reference anywhere in a JSON value. */
export function referencesIn(value: unknown): ArtifactReference[] {
  if (typeof value !== 'object' || value === null) return [];
  return isReference(value) ? [value] : Object.values(value).flatMap(referencesIn);
}

/** Whether a value is a reference. */
export function isReference(value: object): value is ArtifactReference {
  const { uri, digest, bytes } = value as Partial<ArtifactReference>;
  return typeof uri === 'string' && typeof digest === 'string' && typeof bytes === 'number';
}
