/**
 * Makes sure that a host answers, within seconds: where a firewall swallows packets, the installers that download from
 * it would hang for minutes.
 * @throws {Error} that says why it does not answer
 */
export async function probe(url: string): Promise<void> {
  await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
}
