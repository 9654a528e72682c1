// A little MCP server for the soak: `stdio`, or `http PORT` with sessions and event streams. Tools: `echo`, `slow` (one progress
// message a step, stops when it is cancelled) and `exit`. Further arguments only mark the process.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const [way, port] = process.argv.slice(2);
const cancelled = new Set();
const sessions = new Set();
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });

/** Gives the result, or nothing for a call that was cancelled. `key`: who has cancelled what. */
async function run(key, { method, params }, say) {
  if (method === 'initialize') {
    const { protocolVersion } = params;
    return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'soak', version: '1' } };
  }
  if (method === 'tools/list')
    return { tools: ['echo', 'slow', 'exit'].map((name) => ({ name, inputSchema: { type: 'object' } })) };
  if (method !== 'tools/call') return {};
  const { n, steps = 0 } = params.arguments;
  if (params.name === 'exit') process.exit(1);
  for (let progress = 1; progress <= steps; progress += 1) {
    await delay(20);
    if (cancelled.delete(key)) return undefined;
    say({
      method: 'notifications/progress',
      params: { progressToken: params._meta.progressToken, progress, total: steps },
    });
  }
  return text(n);
}

function overStdio() {
  const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const serve = async (message) => {
    if (message.method === 'notifications/cancelled') cancelled.add(String(message.params.requestId));
    if (message.id === undefined) return;
    const result = await run(String(message.id), message, say);
    if (result !== undefined) say({ id: message.id, result });
  };
  createInterface({ input: process.stdin }).on('line', (line) => void serve(JSON.parse(line)));
}

async function answer(message, session, response) {
  const isStream = message.params?.arguments?.steps > 0;
  const headers = message.method === 'initialize' ? { 'mcp-session-id': session } : {};
  const contentType = isStream ? 'text/event-stream' : 'application/json';
  if (isStream) response.writeHead(200, { 'content-type': contentType });
  const event = (body) => response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...body })}\n\n`);
  const result = await run(`${session} ${message.id}`, message, event);
  if (!isStream) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
    response.writeHead(200, { 'content-type': contentType, ...headers }).end(body);
    return;
  }
  if (result !== undefined) event({ id: message.id, result });
  response.end();
}

async function serve(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const message = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
  const session = message.method === 'initialize' ? randomUUID() : String(request.headers['mcp-session-id']);
  if (message.method === 'initialize') sessions.add(session);
  if (!sessions.has(session)) response.writeHead(404).end();
  else if (request.method === 'DELETE') response.writeHead(sessions.delete(session) ? 200 : 404).end();
  else if (request.method !== 'POST') response.writeHead(405).end();
  else if (message.id !== undefined) await answer(message, session, response);
  else {
    if (message.method === 'notifications/cancelled') cancelled.add(`${session} ${message.params.requestId}`);
    response.writeHead(202).end();
  }
}

function overHttp() {
  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
}

if (way === 'stdio') overStdio();
else overHttp();
