/** Content that is missing or does not match its digest. Running its stage again restores it. */
export class ArtifactDamaged extends Error {
  override readonly name = 'ArtifactDamaged';
  readonly uri: string;

  constructor(uri: string, problem: string) {
    super(`${uri}: ${problem}. Start the run again: finished stages are kept, this one is made anew`);
    this.uri = uri;
  }
}
