/**
 * Proxies: Node follows HTTPS_PROXY and NO_PROXY when it is started with NODE_USE_ENV_PROXY=1, from 22.21 and
 * 24.5 on. Otherwise all connections are direct.
 */

/** Advice for a network failure if a proxy is configured but not used. */
export function proxyAdvice(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { HTTPS_PROXY, https_proxy, NODE_USE_ENV_PROXY } = environment;
  const canFollow = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
  if (!(HTTPS_PROXY || https_proxy) || (canFollow && NODE_USE_ENV_PROXY === '1')) return undefined;
  const remedy = canFollow
    ? 'set NODE_USE_ENV_PROXY=1'
    : 'take Node 22.21, 24.5 or later with NODE_USE_ENV_PROXY=1';
  return `HTTPS_PROXY is set, which Node ${process.versions.node} does not follow by itself: ${remedy}`;
}
