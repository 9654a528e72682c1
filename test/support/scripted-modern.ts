// A modern server (MCP 2026-07-28) by hand: what it does depends on the tool that is called. In memory it is `scriptedModern`; run as
// a program it speaks over its stdin and stdout.
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

type Json = { readonly [key: string]: unknown };

interface Request extends Json {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: Json;
}

/** Writes one message, as exact text; `related`: the request on whose stream it goes, by JSON text of its id. */
export type Say = (text: string, related?: string) => void;

const PREFIX = 'io.modelcontextprotocol/';
const FORM = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

export const ELICIT_FORM = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Who?', requestedSchema: FORM },
};
export const ELICIT_URL = {
  method: 'elicitation/create',
  params: { mode: 'url', message: 'Pay', url: 'https://pay.example.com/x' },
};
const SAMPLE = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5 } };
const ROOTS = { method: 'roots/list' };

/** Written with escapes that a reader of JSON would not write back. */
export const STATE = '"st\\u0061te\\/ =="';

/** The questions of each tool that asks: `inputRequests` as JSON text. */
const ASKS: Readonly<Record<string, object>> = {
  'ask-form': { who: ELICIT_FORM },
  'ask-modeless': { who: { ...ELICIT_FORM, params: { message: 'Who?', requestedSchema: FORM } } },
  'ask-url': { pay: ELICIT_URL },
  'ask-roots': { r: ROOTS },
  'ask-form-then-slow': { who: ELICIT_FORM },
  'ask-form-then-progress': { who: ELICIT_FORM },
  'ask-then-slow': { r: ROOTS },
  'ask-sampling': { s: SAMPLE },
  'ask-sampling-tools': { s: { ...SAMPLE, params: { ...SAMPLE.params, tools: [] } } },
  'ask-all': { who: ELICIT_FORM, s: SAMPLE, r: ROOTS },
  'ask-mixed': { who: ELICIT_FORM, r: ROOTS },
  'ask-unknown': { x: { method: 'tools/list', params: {} } },
  'ask-strange-mode': { x: { method: 'elicitation/create', params: { mode: 'voice', message: 'Say' } } },
};

export const TOOLS_LIST =
  '{"tools":[{"name":"echo","inputSchema":{"type":"object","$anchor":"a"},"x-vendor":1.50}],"resultType":"complete","ttlMs":60000,"cacheScope":"public"}';

const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: {},
  resources: { subscribe: true, listChanged: true },
  completions: {},
  logging: {},
  tasks: { list: {} },
  extensions: { [`${PREFIX}ui`]: { mimeTypes: [] }, [`${PREFIX}tasks`]: {} },
};

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: CAPABILITIES,
  instructions: 'Be kind.',
  ttlMs: 60_000,
  cacheScope: 'public',
  _meta: { [`${PREFIX}serverInfo`]: { name: 'scripted', version: '9', websiteUrl: 'https://example.com' } },
};

/** The reactions of one server. `mode`: how it answers `server/discover` and `subscriptions/listen`. */
export function scriptedModern(say: Say, mode = 'plain'): (text: string) => void {
  /** Source text of the ids of the open subscriptions. */
  const listens = new Set<string>();

  function result(id: string, text: string): void {
    say(`{"jsonrpc":"2.0","id":${id},"result":${text}}`, id);
  }

  function refuse(id: string, code: number, data: object, message = 'no'): void {
    say(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message, data })}}`, id);
  }

  function notify(method: string, params: Json, related?: string): void {
    say(JSON.stringify({ jsonrpc: '2.0', method, params }), related);
  }

  function tell(listen: string, method: string, params: Json = {}): void {
    const mark = { [`${PREFIX}subscriptionId`]: JSON.parse(listen) as unknown };
    notify(method, { ...params, _meta: { ...(params['_meta'] as Json | undefined), ...mark } }, listen);
  }

  function discover(id: string, version: unknown): void {
    if (mode === 'exit') process.exit(3);
    if (mode === 'silent') return;
    if (mode === 'later') refuse(id, -32_022, { supported: ['2027-01-01'], requested: version });
    else if (mode === 'strange') refuse(id, -32_603, {}, 'out of order');
    else result(id, JSON.stringify(DISCOVERED));
  }

  function listen(id: string, params: Json): void {
    if (mode === 'no-listen') {
      refuse(id, -32_601, {});
      return;
    }
    listens.add(id);
    const asked = params['notifications'] as Json;
    const uris = ((asked['resourceSubscriptions'] ?? []) as string[]).filter((uri) => !uri.includes('refused'));
    const { resourceSubscriptions: _uris, ...kinds } = asked;
    const granted = { ...kinds, ...(uris.length > 0 && { resourceSubscriptions: uris }) };
    tell(id, 'notifications/subscriptions/acknowledged', { notifications: granted });
  }

  function call(id: string, request: Request): void {
    const { params = {} } = request;
    const meta = params['_meta'] as Json;
    const args = (params['arguments'] ?? {}) as Json;
    const name = String(params['name']);
    const retried = params['inputResponses'] !== undefined || params['requestState'] !== undefined;
    if (name in ASKS && !retried) {
      result(
        id,
        `{"resultType":"input_required","inputRequests":${JSON.stringify(ASKS[name])},"requestState":${STATE}}`,
      );
      return;
    }
    switch (name) {
      case 'ask-stateless':
        if (!retried) {
          result(id, `{"resultType":"input_required","inputRequests":${JSON.stringify({ who: ELICIT_FORM })}}`);
          return;
        }
        break;
      case 'ask-again':
        if (!retried) {
          result(id, '{"resultType":"input_required","requestState":"one"}');
          return;
        }
        if (params['requestState'] === 'one') {
          result(id, `{"resultType":"input_required","inputRequests":${JSON.stringify({ who: ELICIT_FORM })}}`);
          return;
        }
        break;
      case 'ask-for-ever':
        result(id, '{"resultType":"input_required","requestState":"more"}');
        return;
      case 'ask-nothing':
        result(id, '{"resultType":"input_required"}');
        return;
      case 'task':
        result(id, '{"resultType":"task","taskId":"t1","status":"working"}');
        return;
      case 'strange-result':
        result(id, '{"resultType":"later"}');
        return;
      case 'needs-roots':
        refuse(id, -32_021, { requiredCapabilities: { roots: {} } });
        return;
      case 'other-version':
        refuse(id, -32_022, { supported: ['2027-01-01'], requested: '2026-07-28' });
        return;
      case 'slow':
      case 'ask-then-slow':
      case 'ask-form-then-slow':
        return;
      case 'progress':
        for (const progress of [1, 2])
          notify('notifications/progress', { progressToken: meta['progressToken'], progress }, id);
        break;
      case 'ask-form-then-progress':
        notify('notifications/progress', { progressToken: 0, progress: 1 }, id);
        break;
      case 'log':
        if (meta[`${PREFIX}logLevel`] !== undefined) notify('notifications/message', { level: 'info', data: name }, id);
        break;
      case 'say':
        say(String(args['text']));
        break;
      case 'tell':
        for (const each of listens) tell(each, String(args['method']), (args['params'] ?? {}) as Json);
        break;
      case 'end-listens':
        for (const each of listens) result(each, '{"resultType":"complete"}');
        listens.clear();
        break;
      case 'exit':
        process.exit(3);
      // falls through
      default:
    }
    result(id, JSON.stringify({ content: [], resultType: 'complete', got: params }));
  }

  return (text) => {
    const message = JSON.parse(text) as Request;
    const { method, params = {} } = message;
    if (method === 'notifications/cancelled') {
      listens.delete(JSON.stringify(params['requestId']));
      return;
    }
    if (message.id === undefined || method === undefined) return;
    const id = JSON.stringify(message.id);
    const meta = (params['_meta'] ?? {}) as Json;
    const version = meta[`${PREFIX}protocolVersion`];
    if (version === undefined || meta[`${PREFIX}clientCapabilities`] === undefined)
      refuse(id, -32_602, {}, 'no metadata');
    else if (method === 'server/discover') discover(id, version);
    else if (method === 'subscriptions/listen') listen(id, params);
    else if (method === 'tools/list') result(id, TOOLS_LIST);
    else if (method === 'tools/call') call(id, message);
    else if (method === 'resources/read') refuse(id, -32_602, { uri: params['uri'] }, 'Resource not found');
    else if (method === 'prompts/list') result(id, '{"resultType":"input_required","requestState":"s"}');
    else result(id, JSON.stringify({ resultType: 'complete', method, got: params }));
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const receive = scriptedModern((text) => void process.stdout.write(`${text}\n`), process.argv[2]);
  createInterface({ input: process.stdin }).on('line', receive);
}
