import assert from 'node:assert/strict';
import { serveHealth } from '../../../worker/health.ts';

describe('the health endpoint', () => {
  it('is reached by loopback alone, unless an address is given', async function () {
    // Linux has all of 127.0.0.0/8, so that 127.0.0.2 stands for any other interface.
    if (process.platform !== 'linux') this.skip();
    const health = { isRunning: () => true, reachesServer: async () => true };
    const statusElsewhere = async (address?: string) => {
      const server = await serveHealth(0, health, address);
      const status = fetch(`http://127.0.0.2:${server.port}/`).then(
        (answer) => answer.status,
        () => 'unreachable',
      );
      return status.finally(server.close);
    };
    assert.equal(await statusElsewhere(), 'unreachable');
    assert.equal(await statusElsewhere('0.0.0.0'), 200);
  });

  const cases: [what: string, running: boolean, reaches: boolean, path: string, status: number][] = [
    ['a worker at work', true, true, '/', 200],
    ['a worker whose server is away', true, false, '/', 503],
    ['a worker that shuts down', false, true, '/', 503],
    ['the liveness of a worker whose server is away', true, false, '/live', 200],
    ['the liveness of a worker that shuts down', false, true, '/live', 503],
  ];
  for (const [what, running, reaches, path, status] of cases)
    it(`answers ${status} for ${what}`, async () => {
      const server = await serveHealth(0, { isRunning: () => running, reachesServer: async () => reaches });
      try {
        assert.equal((await fetch(`http://127.0.0.1:${server.port}${path}`)).status, status);
      } finally {
        await server.close();
      }
    });
});
