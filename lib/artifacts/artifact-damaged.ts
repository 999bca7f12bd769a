/** Content that is missing or does not match its digest. Rerunning its stage restores it. */
export class ArtifactDamaged extends Error {
  override readonly name = 'ArtifactDamaged';
  readonly uri: string;

  constructor(uri: string, problem: string) {
    super(`${uri}: ${problem}. Start the run again: finished stages are kept, this one is recomputed`);
    this.uri = uri;
  }
}
