// The scripted legacy server behind every transport: in memory, as a process over stdio, and over Streamable HTTP.
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { silentLogger } from '../../core/base/logger.ts';
import type { ResolvedServer } from '../../core/catalog/resolve.ts';
import { openRemote } from '../../core/connections/open-remote.ts';
import { openStdio } from '../../core/connections/stdio-upstream.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import { HttpMcpServer, openEvents, sendEvent } from './http-mcp-server.ts';
import { legacyScript } from './legacy-script.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { tempDir } from './temp-dir.ts';

export type Open = (events: UpstreamEvents) => Promise<Upstream>;

/** The command of the scripted server. */
export const SCRIPTED = [process.execPath, join(import.meta.dirname, 'legacy-stdio-driver.ts')] as const;

/** How a server is opened, by the name of its transport. Called inside a test, with whose end the server ends. */
export const LEGACY_SERVERS: readonly (readonly [string, () => Promise<Open>])[] = [
  ['in memory', () => Promise.resolve(inMemory())],
  ['over stdio', () => Promise.resolve(overStdio(SCRIPTED))],
  ['over HTTP', async () => overHttp((await startScripted()).url)],
];

/** `opened` gets the recorder. */
export function inMemory(opened: (upstream: RecordingUpstream) => void = () => undefined): Open {
  return (events) => {
    const take = legacyScript((message) => queueMicrotask(() => upstream.say(JSON.stringify(message))));
    const upstream = new RecordingUpstream(events, ({ message }) => take({ ...message }));
    opened(upstream);
    return Promise.resolve(upstream);
  };
}

export function overStdio(command: readonly string[]): Open {
  const [program = '', ...args] = command;
  const server = resolved({ type: 'stdio', command: program, args });
  return (events) =>
    openStdio(server, events, {
      logger: silentLogger,
      runDir: join(tempDir(), 'run'),
      sessionId: 'b'.repeat(32),
    });
}

export function overHttp(url: string): Open {
  const server = resolved({ type: 'streamable-http', url, headers: {} });
  return (events) => Promise.resolve(openRemote(server, events, { logger: silentLogger }));
}

function resolved(endpoint: object): ResolvedServer {
  const entry: ServerEntry = serverEntrySchema.parse({ name: 'legacy', endpoint, options: {} });
  return { ...entry, secretValues: [] };
}

/** Every request is answered by a stream of its own; what belongs to none goes out on the standing stream. */
async function startScripted(): Promise<HttpMcpServer> {
  const server = await HttpMcpServer.start();
  const streams = new Map<unknown, ServerResponse>();
  let standing: ServerResponse | undefined;
  const early: object[] = [];
  const take = legacyScript((message, relatedTo) => {
    const stream = relatedTo === undefined ? standing : streams.get(relatedTo);
    if (stream === undefined) {
      if (relatedTo === undefined) early.push(message);
      return;
    }
    sendEvent(stream, { data: message });
    if (!('method' in message) && 'id' in message) {
      streams.delete(message.id);
      stream.end();
    }
  });
  server.on('GET', (_request, response) => {
    openEvents(response);
    standing = response;
    for (const message of early.splice(0)) sendEvent(response, { data: message });
  });
  server.on('POST', ({ body, id, method }, response) => {
    if (method === '' || id === undefined) response.writeHead(202).end();
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'scripted' });
      streams.set(id, response);
    }
    take(JSON.parse(body.toString()) as Record<string, unknown>);
  });
  server.on('DELETE', (_request, response) => void response.writeHead(200).end());
  return server;
}
