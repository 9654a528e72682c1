// A legacy MCP server (2025-11-25) whose tools do what a test needs: ask the client, report progress, log, demand URLs, hang. It is a
// function of messages, so that it can be put behind any transport. `completion/complete` gives back everything that it was sent.
type Message = { [key: string]: unknown };

/** `relatedTo`: id of the request on whose stream the message belongs. */
export type Say = (message: object, relatedTo?: unknown) => void;

const INFO = { name: 'scripted', version: '1', title: 'Scripted' };
const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: false },
  prompts: {},
  logging: {},
  completions: {},
  tasks: { list: {} },
  extensions: { 'com.example/extra': {}, 'io.modelcontextprotocol/tasks': {} },
};
const FORM = {
  message: 'How old?',
  requestedSchema: { type: 'object', properties: { age: { type: 'integer' } }, 'x-keep': 1.0 },
};
const URL_FORM = {
  mode: 'url',
  message: 'Sign in',
  url: 'https://example.com/sign-in',
  elicitationId: 'e-1',
};

export function legacyScript(say: Say): (message: Message) => void {
  const seen: Message[] = [];
  const answers = new Map<unknown, (answer: Message) => void>();
  let lastId = 0;
  let visited = false;

  function ask(method: string, params: object | undefined, relatedTo?: unknown): Promise<Message> {
    lastId += 1;
    const id = `s-${String(lastId)}`;
    say({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) }, relatedTo);
    return new Promise((resolve) => answers.set(id, resolve));
  }

  const text = (value: unknown): object => ({ content: [{ type: 'text', text: JSON.stringify(value) }], extra: 1.5 });
  const bare = ({ result, error }: Message): unknown => result ?? error;

  /** Result of a tool; undefined: never. */
  async function call(id: unknown, name: string, params: Message): Promise<object | undefined> {
    const meta = (params['_meta'] ?? {}) as Message;
    const args = (params['arguments'] ?? {}) as Message;
    const note = (method: string, about: object, relatedTo: unknown = id): void =>
      say({ jsonrpc: '2.0', method, params: about }, relatedTo);
    switch (name) {
      case 'echo':
        return text(params);
      case 'ask':
        return text(bare(await ask(String(args['method']), args['params'] as object | undefined, id)));
      case 'form':
        return text(bare(await ask('elicitation/create', FORM, id)));
      case 'url':
        return text(bare(await ask('elicitation/create', URL_FORM, id)));
      case 'twice': {
        const first = bare(await ask('elicitation/create', FORM, id));
        return text([first, bare(await ask('elicitation/create', FORM, id))]);
      }
      case 'both':
        return text(
          (await Promise.all([ask('elicitation/create', FORM, id), ask('roots/list', undefined, id)])).map(bare),
        );
      case 'impatient':
        void ask('elicitation/create', FORM, id);
        return text('without waiting');
      case 'withdrawn':
        void ask('elicitation/create', FORM, id);
        note('notifications/cancelled', { requestId: `s-${String(lastId)}` });
        return undefined;
      case 'visit':
        if (visited) return text('visited');
        visited = true;
        throw Object.assign(new Error('Visit first'), { code: -32_042, data: { elicitations: [URL_FORM] } });
      case 'progress':
        for (const progress of [1, 2, 2, 1, 3]) {
          note('notifications/progress', { progressToken: meta['progressToken'], progress });
        }
        return text('done');
      case 'progress-around-a-question':
        note('notifications/progress', { progressToken: meta['progressToken'], progress: 1 });
        await ask('elicitation/create', FORM, id);
        note('notifications/progress', { progressToken: meta['progressToken'], progress: 2 });
        return text('done');
      case 'log':
        for (const level of ['debug', 'warning', 'error']) note('notifications/message', { level, data: level });
        return text('logged');
      case 'ping':
        return text(bare(await ask('ping', undefined, id)));
      case 'announce':
        for (const method of ['tools', 'prompts', 'resources']) {
          say({ jsonrpc: '2.0', method: `notifications/${method}/list_changed` });
        }
        for (const uri of ['mem:a', 'mem:a/part', 'mem:b']) {
          say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } });
        }
        return text('announced');
      case 'fail':
        throw Object.assign(new Error('As told'), { code: args['code'], data: { kept: true } });
      case 'hang':
        return undefined;
      default:
        throw Object.assign(new Error('Unknown tool'), { code: -32_602 });
    }
  }

  async function result(id: unknown, method: string, params: Message): Promise<object | undefined> {
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: '2025-11-25',
          capabilities: CAPABILITIES,
          serverInfo: INFO,
          instructions: 'Be kind.',
        };
      case 'tools/call':
        return call(id, String(params['name']), params);
      case 'prompts/get':
        return { messages: [bare(await ask('elicitation/create', FORM, id))] };
      case 'resources/read':
        if (params['uri'] === 'mem:none') throw Object.assign(new Error('Resource not found'), { code: -32_002 });
        return { contents: [] };
      case 'resources/subscribe':
        if (params['uri'] === 'mem:refused') throw Object.assign(new Error('No'), { code: -32_602 });
        return {};
      case 'tools/list':
        return { tools: [{ name: 'echo', inputSchema: { type: 'object' } }], nextCursor: '' };
      case 'prompts/list':
        return { prompts: [], resultType: 'input_required', cacheScope: 'public', ttlMs: 9 };
      case 'resources/list':
        return { resources: [], _meta: { 'com.example/kept': [1] } };
      case 'completion/complete':
        return { seen };
      default:
        return {};
    }
  }

  return (message) => {
    seen.push(message);
    const { id, method } = message;
    if (typeof method !== 'string') {
      answers.get(id)?.(message);
      return;
    }
    if (method === 'vendor/ask-me') void ask('roots/list', undefined);
    if (id === undefined) return;
    result(id, method, (message['params'] ?? {}) as Message).then(
      (found) => found && say({ jsonrpc: '2.0', id, result: found }, id),
      (error: Error & { code?: number; data?: unknown }) =>
        say({ jsonrpc: '2.0', id, error: { code: error.code, message: error.message, data: error.data } }, id),
    );
  };
}
