// A secret that can be recognised anywhere: a server that demands it, and the places where it must not turn up.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { HttpMcpServer, respond, type SeenRequest } from './http-mcp-server.ts';
import type { Portolan } from './portolan.ts';

export const SECRET = 'canary/7f3e+0b51~d2c9-a864';
const BEARER = `Bearer ${SECRET}`;
/** The secret as it stands, in a URL, in hex, and in base64 wherever it begins in the encoded text. */
const SPELLINGS = [
  SECRET,
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString('hex'),
  ...[0, 1, 2].map((skip) => Buffer.from(SECRET.slice(skip)).toString('base64').slice(0, -4)),
];
export interface Process {
  readonly pid: number;
  /** Command line, line break, environment. */
  readonly shown: string;
}

/** An MCP server that answers only who shows the secret. `watch` sees each request first. */
export async function guardedServer(watch: (request: SeenRequest) => void = () => undefined): Promise<HttpMcpServer> {
  const server = await HttpMcpServer.start({ sessions: false });
  const results: Record<string, (request: SeenRequest) => object> = {
    initialize: () => ({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'guarded', version: '1' },
    }),
    'tools/list': () => ({ tools: [{ name: 'greet', inputSchema: { type: 'object' } }] }),
    'tools/call': () => ({ content: [{ type: 'text', text: 'hello' }] }),
  };
  server.on('POST', (request, response) => {
    watch(request);
    const result = results[request.method]?.(request);
    if (request.headers.authorization !== BEARER) response.writeHead(403).end();
    else if (result) respond(response, 200, { jsonrpc: '2.0', id: request.id, result });
    else return server.usual(request, response);
  });
  return server;
}

/** Every process that was started with this data directory. */
export function processesOf({ home }: Portolan): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [command = '', environ = ''] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${name}/${file}`, 'utf8').replaceAll('\0', ' '),
        );
        return environ.includes(`PORTOLAN_HOME=${home}`)
          ? [{ pid: Number(name), shown: `${command}\n${environ}` }]
          : [];
      } catch {
        return [];
      }
    });
}

/** Names and contents of all files below a folder, byte for byte. */
export function filesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => `${file.name}\n${readFileSync(join(file.parentPath, file.name), 'latin1')}`)
    .join('\n');
}

/** Fails where the secret stands in `text` in any spelling. */
export function expectNoSecret(text: string): void {
  for (const spelling of SPELLINGS) expect(text).not.toContain(spelling);
}
