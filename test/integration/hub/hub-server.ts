import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a request is spoiled: a status, or the bytes after which the connection is cut. */
export type Fault = { status: number } | { cutAfter: number };

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A hub with one model: the part of huggingface.co's protocol that a download needs. */
export class HubServer {
  readonly requests: {
    method: string;
    url: string;
    range: string | undefined;
    authorization: string | undefined;
  }[] = [];
  /** Consulted for every request; undefined leaves it alone. */
  fault: (url: string) => Fault | undefined = () => undefined;
  /** The commit `main` stands for. */
  commit = COMMIT;
  private readonly server: Server;
  private readonly id: string;
  private readonly files: ReadonlyMap<string, Buffer>;

  constructor(id: string, files: Record<string, Buffer | string>) {
    this.id = id;
    this.files = new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]));
    this.server = createServer((request, response) => this.answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Downloads of a file's content, as the bytes they began at; the hub library's one-byte probes are left out. */
  downloadsOf(name: string): number[] {
    return this.requests
      .filter(({ url, range }) => url.endsWith(`/${name}`) && range !== 'bytes=0-0')
      .map(({ range }) => Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = decodeURIComponent(request.url ?? '').split('?')[0]!;
    const { range, authorization } = request.headers;
    this.requests.push({ method: request.method ?? '', url, range, authorization });
    const fault = range === 'bytes=0-0' ? undefined : this.fault(url);
    if (fault && 'status' in fault) return void response.writeHead(fault.status).end();
    const [, head, rest] = new RegExp(`^/(api/models/)?${this.id}/(.*)$`).exec(url) ?? [];
    if (rest === undefined) return void response.writeHead(404).end();
    const content = this.files.get(rest.replace(`resolve/${this.commit}/`, ''));
    if (head && rest.startsWith('revision/')) this.info(rest, response);
    else if (head && rest === `tree/${this.commit}`) this.tree(response);
    else if (content === undefined) response.writeHead(404).end();
    else this.content(content, range, fault, response);
  }

  private info(rest: string, response: ServerResponse): void {
    if (!['revision/main', 'revision/v1', `revision/${this.commit}`].includes(rest))
      return void response.writeHead(404).end();
    json(response, {
      _id: '1',
      id: this.id,
      sha: this.commit,
      private: false,
      lastModified: '2026-01-01T00:00:00.000Z',
    });
  }

  private tree(response: ServerResponse): void {
    json(
      response,
      [...this.files].map(([name, content]) => {
        const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
        const large = name.endsWith('.safetensors');
        const lfs = {
          oid: createHash('sha256').update(content).digest('hex'),
          size: content.length,
          pointerSize: 1,
        };
        return { type: 'file', path: name, size: content.length, oid, ...(large && { lfs }) };
      }),
    );
  }

  private content(
    content: Buffer,
    range: string | undefined,
    fault: Fault | undefined,
    response: ServerResponse,
  ): void {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? [];
    const part = content.subarray(Number(from ?? 0), Number(to ?? content.length - 1) + 1);
    response.writeHead(range ? 206 : 200, {
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
      'x-repo-commit': this.commit,
      'content-length': part.length,
      'accept-ranges': 'bytes',
      ...(range && { 'content-range': `bytes ${from}-${to}/${content.length}` }),
    });
    if (fault && 'cutAfter' in fault)
      response.write(part.subarray(0, fault.cutAfter), () => response.destroy());
    else response.end(part);
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
