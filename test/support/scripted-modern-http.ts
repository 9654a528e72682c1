// The scripted modern server over Streamable HTTP on loopback: every request is answered by an event stream of its own.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { openRemote } from '../../core/connections/open-remote.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';
import { scriptedModern } from './scripted-modern.ts';

/** Starts the server for one test and connects to it. A call of the tool `exit` cuts every stream. */
export async function httpPeer(events: UpstreamEvents, mode: string): Promise<Upstream> {
  const streams = new Map<string, ServerResponse>();
  const receive = scriptedModern((text, related = '') => {
    const stream = streams.get(related);
    stream?.write(`event: message\ndata: ${text}\n\n`);
    if (related === answeredBy(text)) stream?.end();
  }, mode);

  async function onPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const { id, params } = JSON.parse(text) as { id?: unknown; params?: { name?: string } };
    if (id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const key = JSON.stringify(id);
    streams.set(key, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.once('close', () => {
      streams.delete(key);
      receive(`{"method":"notifications/cancelled","params":{"requestId":${key}}}`);
    });
    if (params?.name === 'exit') for (const stream of streams.values()) stream.destroy();
    else receive(text);
  }

  const server = createServer((request, response) => void onPost(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const entry = serverEntrySchema.parse({ name: 'scripted', endpoint: { type: 'streamable-http', url }, options: {} });
  const upstream = openRemote({ ...entry, secretValues: [] }, events, { logger: silentLogger, era: 'modern' });
  onTestFinished(async () => {
    await upstream.close();
    server.closeAllConnections();
    server.close();
  });
  return upstream;
}

/** JSON text of the id that a message answers. */
function answeredBy(text: string): string | undefined {
  const { id, method } = JSON.parse(text) as { id?: unknown; method?: string };
  return method === undefined ? JSON.stringify(id) : undefined;
}
