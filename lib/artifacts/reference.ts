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
