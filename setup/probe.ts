/**
 * Makes sure that a host answers, within seconds: where a firewall swallows packets, the installers that download from
 * it would hang for minutes. Behind a proxy, which the installers follow and this process may not, nothing is asked.
 * @throws {Error} that says why it does not answer
 */
export async function probe(url: string): Promise<void> {
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return;
  await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
}
