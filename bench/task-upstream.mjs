// A bare server whose every call becomes a task that goes on for ever: what following many of them costs is what is measured.
// Over stdio (`stdio`) it speaks 2025-11-25; over HTTP it has the extension and prints its port. The tool `figures` answers
// with how often it was asked for tasks, and with the shortest time between two questions about one of them.
import { createServer } from 'node:http';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const isStdio = process.argv[2] === 'stdio';
const now = new Date().toISOString();
/** Milliseconds of the last question, by task. */
const asked = new Map();
let questions = 0;
let earliest = Number.POSITIVE_INFINITY;
let made = 0;

const told = (taskId) => ({ taskId, status: 'working', createdAt: now, lastUpdatedAt: now });
const shown = (taskId) => (isStdio ? { ...told(taskId), ttl: null } : { ...told(taskId), ttlMs: null });

function get({ taskId }) {
  const at = performance.now();
  const last = asked.get(taskId);
  if (last !== undefined) earliest = Math.min(earliest, at - last);
  asked.set(taskId, at);
  questions += 1;
  return shown(taskId);
}

function call({ name }) {
  if (name === 'figures') {
    const figures = { questions, tasks: asked.size, earliest };
    [questions, earliest] = [0, Number.POSITIVE_INFINITY];
    return { content: [{ type: 'text', text: JSON.stringify(figures) }] };
  }
  made += 1;
  return isStdio ? { task: shown(`t${made}`) } : { resultType: 'task', ...shown(`t${made}`) };
}

const schema = { type: 'object' };
const capabilities = isStdio
  ? { tools: {}, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }
  : { tools: {}, extensions: { [EXTENSION]: {} } };
const methods = {
  ...(isStdio
    ? {
        initialize: () => ({
          protocolVersion: '2025-11-25',
          capabilities,
          serverInfo: { name: 'bench-tasks', version: '1' },
        }),
      }
    : {
        'server/discover': () => ({
          supportedVersions: ['2026-07-28'],
          capabilities,
          ttlMs: 60_000,
          cacheScope: 'private',
        }),
      }),
  ping: () => ({}),
  'tools/list': () => ({
    tools: ['endless', 'figures'].map((name) => ({ name, inputSchema: schema })),
    ...(!isStdio && { ttlMs: 60_000, cacheScope: 'private' }),
  }),
  'tools/call': call,
  'tasks/get': get,
};

function answer({ id, method, params }) {
  const run = methods[method];
  if (run === undefined) return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
  return { jsonrpc: '2.0', id, result: { ...(!isStdio && { resultType: 'complete' }), ...run(params ?? {}) } };
}

if (isStdio) {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const message of lines.map((line) => JSON.parse(line))) {
      if (message.id !== undefined && message.method) process.stdout.write(`${JSON.stringify(answer(message))}\n`);
    }
  });
} else {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const message = JSON.parse(Buffer.concat(chunks).toString());
      if (message.id === undefined) return response.writeHead(202).end();
      const body = JSON.stringify(answer(message));
      return response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}
