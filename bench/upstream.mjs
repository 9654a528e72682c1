// A bare MCP server whose own cost is near zero: what a bridge adds is what is measured. Over Streamable HTTP it prints its
// port on the first line; the path says which server is meant: /mcp (3 tools), /mcp/tools/N (N tools), /mcp/hang (no answer
// for ten seconds). Over stdio with the argument `stdio`.
import { createServer } from 'node:http';

const HANG_MS = 10_000;
const PROGRESS = 10;
const lists = new Map();

function toolsOf(count) {
  const known = lists.get(count);
  if (known) return known;
  const tools = Array.from({ length: count }, (_, number) => ({
    name: number === 0 ? 'echo' : `tool_${number}`,
    description: `Tool number ${number} of the benchmark, with a description of ordinary length for a tool.`,
    inputSchema: {
      type: 'object',
      properties: { message: { type: 'string', description: 'text to send back' }, bytes: { type: 'integer' } },
    },
  }));
  lists.set(count, tools);
  return tools;
}

function answer({ id, method, params }, tools) {
  const result = resultOf(method, params, tools);
  return result
    ? { jsonrpc: '2.0', id, result }
    : { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
}

function resultOf(method, params, tools) {
  if (method === 'initialize') {
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'bench', version: '1' },
    };
  }
  if (method === 'tools/list') return { tools: toolsOf(tools) };
  if (method === 'tools/call') {
    const { bytes, message = '' } = params.arguments ?? {};
    return { content: [{ type: 'text', text: bytes ? 'x'.repeat(bytes) : message }] };
  }
  return method === 'ping' ? {} : undefined;
}

/** The notifications that a call with a progress token and the argument `progress` gets before its answer. */
function progressOf({ method, params }) {
  const progressToken = params?._meta?.progressToken;
  if (method !== 'tools/call' || progressToken === undefined || !params.arguments?.progress) return [];
  return Array.from({ length: PROGRESS }, (_, number) => ({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken, progress: number + 1, total: PROGRESS },
  }));
}

function respond(message, url, response) {
  if (message.id === undefined) return response.writeHead(202).end();
  const result = answer(message, Number(/^\/mcp\/tools\/(\d+)/.exec(url)?.[1] ?? 3));
  const progress = progressOf(message);
  if (progress.length > 0) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of [...progress, result]) response.write(`event: message\ndata: ${JSON.stringify(event)}\n\n`);
    return response.end();
  }
  const body = JSON.stringify(result);
  return response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

function serveStdio() {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.id === undefined) continue;
      for (const out of [...progressOf(message), answer(message, 3)]) process.stdout.write(`${JSON.stringify(out)}\n`);
    }
  });
}

function serveHttp() {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const reply = () => respond(JSON.parse(Buffer.concat(chunks).toString()), request.url, response);
      if (request.url.startsWith('/mcp/hang')) setTimeout(reply, HANG_MS);
      else reply();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

if (process.argv[2] === 'stdio') serveStdio();
else serveHttp();
