/**
 * Workers as on machines of their own: each with its own folders, and where this system permits it in a network
 * namespace of its own, from which only the Temporal server and the bucket can be reached, through relays.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../unit/temporary-folder.ts';

const TSX = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;
const INSIDE = fileURLToPath(new URL('./inside.ts', import.meta.url));
const NAMESPACE = ['unshare', '--user', '--map-root-user', '--net', '--'];

export interface Machine {
  /** Its home, its cache and its working folder lie in here. */
  folder: string;
  worker: ChildProcess;
  /** Everything that its worker has printed. */
  printed(): string;
  /** Takes the machine away, with every process on it. */
  kill(): void;
}

/** Lets machines reach addresses of this process's own network. */
export class Network {
  /** Whether machines get network namespaces. */
  readonly isSeparate: boolean;
  readonly #folder = temporaryFolder();
  readonly #relays = new Map<string, { socket: string; server: Server }>();
  readonly #machines: Machine[] = [];

  constructor() {
    const [program, ...args] = [...NAMESPACE, 'ip', 'link', 'set', 'lo', 'up'];
    this.isSeparate = spawnSync(program!, args).status === 0;
  }

  /** Starts a worker on a new machine. */
  startWorker(
    name: string,
    addresses: string[],
    args: string[],
    environment: Record<string, string>,
  ): Machine {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const relays = addresses.map((address) => `${address.split(':')[1]}=${this.#relay(address)}`);
    const command = [
      process.execPath,
      '--import',
      TSX,
      INSIDE,
      String(this.isSeparate),
      relays.join(','),
      ...args,
    ];
    const [program, ...rest] = this.isSeparate ? [...NAMESPACE, ...command] : command;
    const log = join(folder, 'worker.log');
    writeFileSync(log, '');
    const worker = spawn(program!, rest, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        COUNTERPOISE_HOME: join(folder, 'home'),
        COUNTERPOISE_STORE_CACHE: join(folder, 'cache'),
        ...environment,
      },
    });
    for (const stream of [worker.stdout!, worker.stderr!])
      stream.on('data', (text: Buffer) => writeFileSync(log, text, { flag: 'a' }));
    const kill = () => {
      try {
        process.kill(-worker.pid!, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const machine = { folder, worker, printed: () => readFileSync(log, 'utf8'), kill };
    this.#machines.push(machine);
    return machine;
  }

  stop(): void {
    for (const machine of this.#machines) machine.kill();
    for (const { server } of this.#relays.values()) server.close();
  }

  /** A socket in the file system, which every network namespace sees, that leads to an address. */
  #relay(address: string): string {
    const known = this.#relays.get(address);
    if (known) return known.socket;
    const [host, port] = address.split(':') as [string, string];
    const socket = join(this.#folder, `relay-${port}`);
    const server = createServer((inner) => {
      const outer = connect(Number(port), host);
      inner.pipe(outer).pipe(inner);
      for (const end of [inner, outer])
        end.on('error', () => {
          inner.destroy();
          outer.destroy();
        });
    }).listen(socket);
    server.unref();
    this.#relays.set(address, { socket, server });
    return socket;
  }
}
