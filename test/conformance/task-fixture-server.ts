// A modern server with the tasks extension for the conformance suite, strict where the extension is: the tools of the task
// book, and one that asks before it becomes a task. Run it directly: it prints its address.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { META } from '../../core/connections/era.ts';
import { TASKS_EXTENSION } from '../../core/tasks/task-wire.ts';
import { type BookTask, TaskBook, TOOLS } from '../fixtures/task-book.mjs';
import type { FixtureServer } from './fixture-server.ts';

type Json = Record<string, unknown>;

const VERSION = '2026-07-28';
/** Asks for a name in its first round, and becomes a task in the second. */
const ASKING = 'test_tool_with_task';
const NAME_OF: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const HEADER_MISMATCH = -32_020;
const MISSING_CAPABILITY = -32_021;

class Refusal extends Error {
  readonly code: number;
  readonly data: Json | undefined;

  constructor(code: number, message: string, data?: Json) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Starts the server on a free loopback port. */
export async function startTaskFixture(): Promise<FixtureServer> {
  const book = new TaskBook();
  const http = createServer((request, response) => {
    void answer(book, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    close: async () => {
      http.closeAllConnections();
      http.close();
    },
  };
}

async function answer(book: TaskBook, request: IncomingMessage): Promise<{ status: number; body?: Json }> {
  if (request.method !== 'POST') return { status: 405 };
  const message = (await json(request)) as { id?: unknown; method?: string; params?: Json };
  const { id, method = '', params = {} } = message;
  if (id === undefined) return { status: 202 };
  try {
    if (method === 'initialize') throw new Refusal(METHOD_NOT_FOUND, 'This server has no sessions.');
    checkHeaders(request, method, params);
    const result = await resultOf(book, method, params);
    return { status: 200, body: { jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } } };
  } catch (error) {
    const { code, message: words, data } = asRefusal(error);
    const status = code === HEADER_MISMATCH ? 400 : code === METHOD_NOT_FOUND ? 404 : 200;
    return { status, body: { jsonrpc: '2.0', id, error: { code, message: words, ...(data && { data }) } } };
  }
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(-32_603, String(error));
}

function checkHeaders({ headers }: IncomingMessage, method: string, params: Json): void {
  const name = NAME_OF[method];
  if (headers['mcp-method'] !== method || (name !== undefined && headers['mcp-name'] !== params[name])) {
    throw new Refusal(HEADER_MISMATCH, 'The headers do not say what the body says.');
  }
}

async function resultOf(book: TaskBook, method: string, params: Json): Promise<object> {
  switch (method) {
    case 'server/discover':
      return {
        supportedVersions: [VERSION],
        capabilities: { tools: {}, extensions: { [TASKS_EXTENSION]: {} } },
        ttlMs: 60_000,
        cacheScope: 'private',
        _meta: { [META.serverInfo]: { name: 'task-fixture', version: '1.0.0' } },
      };
    case 'tools/list':
      return { tools: toolList(), ttlMs: 0, cacheScope: 'private' };
    case 'tools/call':
      return called(book, params);
    case 'tasks/get':
    case 'tasks/update':
    case 'tasks/cancel':
      return onTask(book, method, params);
    default:
      throw new Refusal(METHOD_NOT_FOUND, `There is no ${method}.`);
  }
}

function toolList(): Json[] {
  const tools = Object.entries(TOOLS).map(([name, { schema }]) => ({ name, inputSchema: schema }));
  return [...tools, { name: ASKING, inputSchema: { type: 'object' } }];
}

async function called(book: TaskBook, params: Json): Promise<object> {
  const name = String(params['name']);
  if (name === ASKING) return asking(book, params);
  const tool = TOOLS[name];
  if (tool === undefined) throw new Refusal(INVALID_PARAMS, `There is no tool ${name}.`);
  if (tool.task !== undefined && declares(params)) return creation(book, book.start(name, params['arguments']));
  if (tool.task === 'required') throw missing();
  if (name === 'greet') return { content: [{ type: 'text', text: greeting(params['arguments']) }] };
  return book.run(name, params['arguments']);
}

/** In the suite's own words. */
function greeting(args: unknown): string {
  return `Hello, ${(args as { name?: string }).name ?? 'you'}!`;
}

function asking(book: TaskBook, params: Json): object {
  if (!declares(params)) throw missing();
  const answers = params['inputResponses'] as { user_name?: { content?: { name?: string } } } | undefined;
  if (answers?.user_name !== undefined) {
    return creation(book, book.start('greet', { name: answers.user_name.content?.name ?? '' }));
  }
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const ask = { mode: 'form', message: 'What is your name?', requestedSchema };
  return { resultType: 'input_required', inputRequests: { user_name: { method: 'elicitation/create', params: ask } } };
}

/** What a creation tells: neither questions nor results. */
function creation(book: TaskBook, task: BookTask): object {
  const { inputRequests: _asked, result: _result, error: _error, ...told } = book.extension(task) as Json;
  return { resultType: 'task', ...told };
}

function onTask(book: TaskBook, method: string, params: Json): object {
  if (!declares(params)) throw missing();
  const task = book.tasks.get(String(params['taskId']));
  if (task === undefined) throw new Refusal(INVALID_PARAMS, 'There is no such task.');
  if (method === 'tasks/get') return book.extension(task);
  if (method === 'tasks/update') book.answer(task, params['inputResponses']);
  else book.cancel(task);
  return {};
}

function declares(params: Json): boolean {
  const meta = params['_meta'] as Record<string, { extensions?: Json }> | undefined;
  return meta?.[META.clientCapabilities]?.extensions?.[TASKS_EXTENSION] !== undefined;
}

function missing(): Refusal {
  const requiredCapabilities = { extensions: { [TASKS_EXTENSION]: {} } };
  return new Refusal(MISSING_CAPABILITY, 'This takes the tasks extension.', { requiredCapabilities });
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${(await startTaskFixture()).url}\n`);
