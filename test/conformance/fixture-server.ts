// An MCP server for tests that speaks both protocol generations at one address: 2026-07-28 without state, and 2025-11-25
// with sessions, streams and resumption. Run it directly: it prints its address, or speaks on stdio with `--stdio`.
import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer, type Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventMemory } from './fixture/event-memory.ts';
import { createProtocolServer } from './fixture/protocol-server.ts';
import type { Changes } from './fixture/tools.ts';

export interface FixtureServer {
  /** Where it answers: `http://127.0.0.1:PORT/mcp`. */
  readonly url: string;
  close(): Promise<void>;
}

interface LegacySession {
  readonly server: McpServer;
  readonly transport: NodeStreamableHTTPServerTransport;
}

/** Starts the fixture on a free loopback port. */
export async function startFixtureServer(port = 0): Promise<FixtureServer> {
  const sessions = new Map<string, LegacySession>();
  const modern = createMcpHandler(() => createProtocolServer('modern', () => modernChanges), { legacy: 'reject' });
  const answerModern = toNodeHandler(modern);
  const modernChanges: Changes = modern.notify;
  const hostAllowed = localhostHostValidation();
  const originAllowed = localhostOriginValidation();

  const http = createServer((request, response) => {
    if (!hostAllowed(request, response) || !originAllowed(request, response)) return;
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`fixture: ${String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    close: async () => {
      await modern.close();
      for (const { server } of sessions.values()) await server.close();
      http.closeAllConnections();
      http.close();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    const known = sessions.get(String(request.headers['mcp-session-id']));
    // The library's type of a request wants absent members instead of undefined ones.
    const incoming = request as Parameters<typeof answerModern>[0];
    if (request.method !== 'POST') {
      if (known) return known.transport.handleRequest(request, response);
      if (request.headers['mcp-session-id'] === undefined) return answerModern(incoming, response);
      response.writeHead(404).end();
      return;
    }
    const body = await json(request).catch(() => undefined);
    if (!(await isLegacyRequest(await toWebRequest(incoming, body), body)))
      return answerModern(incoming, response, body);
    if (known) return known.transport.handleRequest(request, response, body);
    if (request.headers['mcp-session-id'] !== undefined) {
      response.writeHead(404).end();
      return;
    }
    const session = await openSession();
    await session.transport.handleRequest(request, response, body);
    if (session.transport.sessionId === undefined) await session.server.close();
  }

  async function openSession(): Promise<LegacySession> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: eventMemory(),
      retryInterval: 500,
      onsessioninitialized: (id) => {
        sessions.set(id, session);
      },
      onsessionclosed: (id) => {
        sessions.delete(id);
      },
    });
    const server = createProtocolServer('legacy', changesThrough);
    const session = { server, transport };
    await server.connect(transport);
    return session;
  }
}

/** Announces changes on the server's own connection. */
function changesThrough(server: Server): Changes {
  return {
    toolsChanged: () => void server.sendToolListChanged(),
    promptsChanged: () => void server.sendPromptListChanged(),
    resourceUpdated: (uri) => void server.sendResourceUpdated({ uri }),
  };
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--stdio')) serveStdio(({ era }) => createProtocolServer(era, changesThrough));
  else process.stdout.write(`${(await startFixtureServer()).url}\n`);
}
