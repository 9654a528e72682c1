// A real registry on this machine: the read half of the registry API v0.1 with ETags, pages and all that can go wrong.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RegistryRecord {
  readonly server: object;
  readonly _meta?: object;
}

export interface RegistryServer {
  /** Base address. */
  readonly url: string;
  /** `METHOD /path?query` of every request, in order. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  /** What it holds; may be changed. */
  records: RegistryRecord[];
  /** Answers of its own by path, before anything else. */
  readonly special: Map<string, (req: IncomingMessage, res: ServerResponse) => void>;
  pageSize: number;
  close(): Promise<void>;
}

/** One version of a server as registries send it. */
export function record(server: Record<string, unknown>, status = 'active', isLatest = true): RegistryRecord {
  const official = { status, isLatest, publishedAt: '2026-01-01T00:00:00Z', updatedAt: '2026-02-01T00:00:00Z' };
  return {
    server: { description: 'A server.', version: '1.0.0', ...server },
    _meta: { 'io.modelcontextprotocol.registry/official': official },
  };
}

export async function startRegistry(records: RegistryRecord[] = []): Promise<RegistryServer> {
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const special: RegistryServer['special'] = new Map();
  const http = createServer((req, res) => {
    asked.push(`${req.method ?? ''} ${req.url ?? ''}`);
    headers.push(req.headers);
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const own = special.get(url.pathname);
    if (own) own(req, res);
    else answer(registry, url, req, res);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const close = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise<void>((resolve) => void http.close(() => resolve()));
  };
  const registry: RegistryServer = {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers,
    records,
    special,
    pageSize: 50,
    close,
  };
  onTestFinished(() => close().catch(() => undefined));
  return registry;
}

function answer(registry: RegistryServer, url: URL, req: IncomingMessage, res: ServerResponse): void {
  const [, version, servers, name, versions, wanted] = url.pathname.split('/').map(decodeURIComponent);
  if (req.method !== 'GET' || version !== 'v0.1' || servers !== 'servers')
    return send(req, res, 404, { error: 'Not Found' });
  const all = registry.records.map((one) => ({
    one,
    ...(one.server as { name: string; version: string }),
    latest: JSON.stringify(one._meta).includes('"isLatest":true'),
  }));
  if (name === undefined) {
    const words = url.searchParams.get('search') ?? '';
    const gone = url.searchParams.get('include_deleted') === 'true';
    const found = all.filter(
      (each) =>
        each.latest && each.name.includes(words) && (gone || !JSON.stringify(each.one._meta).includes('"deleted"')),
    );
    const from = Number((url.searchParams.get('cursor') ?? 'at:0').slice(3));
    const next = from + registry.pageSize;
    const metadata = { count: found.length, ...(next < found.length && { nextCursor: `at:${next}` }) };
    return send(req, res, 200, { servers: found.slice(from, next).map(({ one }) => one), metadata });
  }
  const own = all.filter((each) => each.name === name);
  if (own.length === 0 || versions !== 'versions') return send(req, res, 404, { error: 'Server not found' });
  if (wanted === undefined)
    return send(req, res, 200, { servers: own.map(({ one }) => one), metadata: { count: own.length } });
  const found = own.find((each) => (wanted === 'latest' ? each.latest : each.version === wanted));
  if (found === undefined) return send(req, res, 404, { error: 'Version not found' });
  return send(req, res, 200, found.one);
}

/** JSON with an ETag; 304 when the caller has it already. */
export function send(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  body: object,
  type = 'application/json',
): void {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
  if (status === 200 && req.headers['if-none-match'] === etag) {
    res.writeHead(304, { etag }).end();
    return;
  }
  res.writeHead(status, { 'content-type': type, ...(status === 200 && { etag }) }).end(text);
}
