import assert from 'node:assert/strict';
import { StorageUnavailable } from '../../../lib/artifacts/object-failures.ts';
import { proxyAdvice } from '../../../lib/artifacts/proxy.ts';
import { unreachable } from '../../../lib/t5/checkpoint/hub/transport.ts';

const PROXY = { HTTPS_PROXY: 'http://127.0.0.1:8899' };

describe('a proxy', () => {
  afterEach(() => {
    delete process.env.HTTPS_PROXY;
  });

  it('that this process does not follow is named, with what makes Node follow it', () => {
    for (const environment of [PROXY, { https_proxy: PROXY.HTTPS_PROXY }])
      assert.match(proxyAdvice(environment) ?? '', /HTTPS_PROXY is set, which Node .*NODE_USE_ENV_PROXY=1/);
  });

  it('that is not set, or that Node follows, is not spoken of', () => {
    assert.equal(proxyAdvice({}), undefined);
    const canFollow = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
    assert.equal(proxyAdvice({ ...PROXY, NODE_USE_ENV_PROXY: '1' }) === undefined, canFollow);
  });

  it('is named when the hub or a bucket cannot be reached', () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    assert.doesNotMatch(unreachable('a/b', 'https://hub', cause).message, /PROXY/);
    process.env.HTTPS_PROXY = PROXY.HTTPS_PROXY;
    assert.match(unreachable('a/b', 'https://hub', cause).message, /HTTPS_PROXY .*hf download/);
    assert.match(new StorageUnavailable('s3://bucket', cause).message, /HTTPS_PROXY .*NODE_USE_ENV_PROXY=1/);
  });
});
