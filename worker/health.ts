import { once } from 'node:events';
import { createServer } from 'node:http';

/** Where a worker listens by default: loopback, because these ports have no authentication. */
export const LOOPBACK = '127.0.0.1';

/**
 * Returns 200 for `GET /live` while the worker polls, and for every other path while the Temporal server also
 * responds; otherwise 503.
 * @param port 0 chooses a free one
 */
export async function serveHealth(
  port: number,
  health: { isRunning(): boolean; reachesServer(): Promise<boolean> },
  address = LOOPBACK,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const running = health.isRunning();
    const isLiveness = request.url === '/live';
    const reachesServer = isLiveness || !running ? undefined : await health.reachesServer();
    response.writeHead(running && reachesServer !== false ? 200 : 503, {
      'content-type': 'application/json',
    });
    response.end(`${JSON.stringify({ running, reachesServer })}\n`);
  });
  await once(server.listen(port, address), 'listening');
  return {
    port: (server.address() as { port: number }).port,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
