// A bare MCP server over Streamable HTTP whose own cost is near zero: what a bridge adds is what is measured.
// Prints its port on the first line. Also serves over stdio with the argument `stdio`.
import { createServer } from 'node:http';

const TOOLS = Number(process.env.BENCH_TOOLS ?? 3);
const tools = Array.from({ length: TOOLS }, (_, number) => ({
  name: number === 0 ? 'echo' : `tool_${number}`,
  description: `Tool number ${number} of the benchmark, with a description of ordinary length for a tool.`,
  inputSchema: {
    type: 'object',
    properties: { message: { type: 'string', description: 'text to send back' }, bytes: { type: 'integer' } },
  },
}));

function answer({ id, method, params }) {
  if (method === 'initialize') {
    return {
      jsonrpc: '2.0',
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'bench', version: '1' },
      },
    };
  }
  if (method === 'tools/list') return { jsonrpc: '2.0', id, result: { tools } };
  if (method === 'tools/call') {
    const text = params.arguments?.bytes ? 'x'.repeat(params.arguments.bytes) : (params.arguments?.message ?? '');
    return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } };
  }
  return { jsonrpc: '2.0', id, result: {} };
}

if (process.argv[2] === 'stdio') {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.id !== undefined) process.stdout.write(`${JSON.stringify(answer(message))}\n`);
    }
  });
} else {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString());
      if (message.id === undefined) {
        response.writeHead(202).end();
        return;
      }
      const body = JSON.stringify(answer(message));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        .end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}
