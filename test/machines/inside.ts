/** What runs on a machine: `inside.ts SEPARATE PORT=SOCKET,… COMMAND…`. Relays first, then the worker's command. */
import { spawn, spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [separate, relays, ...command] = process.argv.slice(2) as [string, string, ...string[]];

if (separate === 'true') {
  spawnSync('ip', ['link', 'set', 'lo', 'up']);
  for (const relay of relays.split(',')) {
    const [port, socket] = relay.split('=') as [string, string];
    const server = createServer((inner) => {
      const outer = connect(socket);
      inner.pipe(outer).pipe(inner);
      for (const end of [inner, outer])
        end.on('error', () => {
          inner.destroy();
          outer.destroy();
        });
    });
    await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
  }
}
const worker = spawn(process.execPath, command, { stdio: 'inherit' });
process.on('SIGTERM', () => worker.kill('SIGTERM'));
worker.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
