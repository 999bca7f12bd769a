/** What travels through Temporal in place of content (claim check): where it lies and what it must hash to. */
export interface ArtifactReference {
  /** `file:///…` or `s3://…`. */
  uri: string;
  /** `sha256:` and 64 hexadecimal digits of the content. */
  digest: string;
  bytes: number;
  /** Records in it, where it holds records. */
  records?: number;
}

/** Every reference that stands somewhere in a JSON value. */
export function referencesIn(value: unknown): ArtifactReference[] {
  if (typeof value !== 'object' || value === null) return [];
  return isReference(value) ? [value] : Object.values(value).flatMap(referencesIn);
}

/** Whether a value is a reference. */
export function isReference(value: object): value is ArtifactReference {
  const { uri, digest, bytes } = value as Partial<ArtifactReference>;
  return typeof uri === 'string' && typeof digest === 'string' && typeof bytes === 'number';
}
