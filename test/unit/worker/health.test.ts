import assert from 'node:assert/strict';
import { serveHealth } from '../../../worker/health.ts';

describe('the health endpoint', () => {
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
