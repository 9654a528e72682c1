// A secret that can be recognised anywhere: a server that demands it, and the places where it must not turn up.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { HttpMcpServer, respond, type SeenRequest } from './http-mcp-server.ts';
import type { Portolan } from './portolan.ts';

export const SECRET = 'canary/7f3e+0b51~d2c9-a864';
const BEARER = `Bearer ${SECRET}`;
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
  expect(secretsIn(text, { SECRET })).toEqual([]);
}

/**
 * Names of the secrets that stand in `text`, with the spelling in which they do: as they are, JSON-escaped, URL-encoded, in hex,
 * backwards, and in base64 wherever they begin in the encoded text. Of a JSON Web Token each part that says something counts.
 */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    partsOf(secret).flatMap((part) =>
      Object.entries(spellingsOf(part)).flatMap(([how, spellings]) =>
        spellings.some((spelling) => text.includes(spelling)) ? [`${name}, ${how}`] : [],
      ),
    ),
  );
}

/** Payload and signature of a JSON Web Token: its header is the same for all of them. */
function partsOf(secret: string): string[] {
  const [header = '', ...rest] = secret.split('.');
  return header.startsWith('eyJ') && rest.length === 2 ? rest : [secret];
}

function spellingsOf(secret: string): Readonly<Record<string, readonly string[]>> {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const url = encodeURIComponent(secret);
  // Of the first bytes and of the last ones, base64 depends on what stands beside them.
  const base64 = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)));
  return {
    plain: [secret],
    json: [JSON.stringify(secret).slice(1, -1), JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    url: [url, url.replaceAll('%20', '+'), lowerEscapes(url)],
    hex: [hex, hex.toUpperCase()],
    base64: base64.flatMap((part) => [part.toString('base64'), part.toString('base64url')]),
    reversed: [reversed(secret)],
  };
}

export function reversed(text: string): string {
  return text.split('').reverse().join('');
}

function lowerEscapes(url: string): string {
  return url.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}
