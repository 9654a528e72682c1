import { expect, test } from 'vitest';
import { attachTo } from '../../../support/gateway-rig.ts';
import { gets, profileGateway, type Replies, settled, toolsText } from '../../../support/profile-rig.ts';
import type { Message } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';

const NOT_FOUND = '{"code":-32002,"message":"Resource not found"}';

async function connected(replies: Record<string, Replies>, capabilities: object = {}) {
  const rig = profileGateway(replies);
  const { client, session } = attachTo(rig.gateway, 'profile:p');
  await client.initialize('2025-11-25', capabilities);
  return { ...rig, client, session };
}

const resources = (...uris: string[]) => JSON.stringify({ resources: uris.map((uri) => ({ uri, name: uri })) });
const params = (frame: { message: { readonly [key: string]: unknown } } | undefined) => frame?.message['params'];
const said = (messages: Message[], method: string) => messages.filter((message) => message.method === method);

test('prompts are listed and got like tools, and completed at their server', async () => {
  const { client, servers, audit } = await connected({
    a: { 'prompts/list': '{"prompts":[{"name":"hi"}]}' },
    b: {
      'prompts/list': '{"prompts":[{"name":"hi","title":"B"}]}',
      'completion/complete': '{"completion":{"values":["x"]}}',
    },
  });
  expect((await client.request('prompts/list')).result).toEqual({
    prompts: [{ name: 'a__hi' }, { name: 'b__hi', title: 'B' }],
  });
  await client.request('prompts/get', { name: 'b__hi', arguments: { n: '1' } });
  expect(params(servers.got('b', 'prompts/get')[0])).toEqual({ name: 'hi', arguments: { n: '1' } });
  expect(audit.of('call.outcome')).toMatchObject([{ server: 'b', what: 'prompts/get hi' }]);
  const completed = await client.request('completion/complete', {
    ref: { type: 'ref/prompt', name: 'b__hi' },
    argument: { name: 'n', value: '' },
  });
  expect(completed.result).toEqual({ completion: { values: ['x'] } });
  expect(params(servers.got('b', 'completion/complete')[0])).toMatchObject({ ref: { type: 'ref/prompt', name: 'hi' } });
  expect((await client.request('prompts/get', { name: 'none' })).error?.code).toBe(-32602);
});

test('a resource is read where it is listed; one that two servers list has an address for each', async () => {
  const { client, servers } = await connected({
    a: { 'resources/list': resources('file:///own', 'file:///both', 'portolan://b/file:///both') },
    b: {
      'resources/list': resources('file:///both'),
      'resources/read': '{"contents":[{"uri":"file:///both","text":"b"}]}',
    },
  });
  const listed = (await client.request('resources/list')).result?.['resources'] as { uri: string; name: string }[];
  expect(listed.map(({ uri }) => uri)).toEqual([
    'file:///own',
    'portolan://a/file:///both',
    'portolan://a/portolan://b/file:///both',
    'portolan://b/file:///both',
  ]);
  await client.request('resources/read', { uri: 'file:///own' });
  expect(params(servers.got('a', 'resources/read')[0])).toEqual({ uri: 'file:///own' });
  expect((await client.request('resources/read', { uri: 'portolan://b/file:///both' })).result).toMatchObject({
    contents: [{ text: 'b' }],
  });
  expect(params(servers.got('b', 'resources/read')[0])).toEqual({ uri: 'file:///both' });
  expect(servers.got('a', 'resources/read')).toHaveLength(1);
});

test('an address that nobody lists goes to the server whose template fits, else to each in turn', async () => {
  const { client, servers } = await connected({
    a: { 'resources/read': NOT_FOUND },
    b: { 'resources/read': '{"contents":[]}' },
    c: { 'resources/templates/list': '{"resourceTemplates":[{"uriTemplate":"db://{table}/rows/{id}","name":"row"}]}' },
  });
  await client.request('resources/read', { uri: 'db://users/rows/7' });
  expect([servers.got('a', 'resources/read').length, servers.got('c', 'resources/read').length]).toEqual([0, 1]);
  expect((await client.request('resources/read', { uri: 'other://x' })).result).toEqual({ contents: [] });
  expect([servers.got('a', 'resources/read').length, servers.got('b', 'resources/read').length]).toEqual([1, 1]);
  const ref = { type: 'ref/resource', uri: 'db://{table}/rows/{id}' };
  await client.request('completion/complete', { ref, argument: { name: 'id', value: '' } });
  expect(servers.got('c', 'completion/complete')).toHaveLength(1);
  servers.replies['b'] = { 'resources/read': NOT_FOUND };
  servers.replies['c'] = { 'resources/read': NOT_FOUND };
  expect((await client.request('resources/read', { uri: 'other://y' })).error?.code).toBe(-32002);
});

test('a subscription goes to its server, and what it tells comes under the client’s own address', async () => {
  const { client, servers } = await connected({
    a: { 'resources/list': resources('x://1') },
    b: { 'resources/list': resources('x://1') },
  });
  await client.request('resources/list');
  await client.request('resources/subscribe', { uri: 'portolan://b/x://1' });
  expect(params(await gets(servers, 'b', 'resources/subscribe'))).toEqual({ uri: 'x://1' });
  expect(servers.got('a', 'resources/subscribe')).toEqual([]);
  servers.of('b').say('{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"x://1","n":1}}');
  const told = await until(() => said(client.messages, 'notifications/resources/updated')[0], 'it is told');
  expect(told.params).toEqual({ uri: 'portolan://b/x://1', n: 1 });
});

test('the log level reaches every server, those that start later too', async () => {
  const { client, servers } = await connected({ a: { 'tools/list': toolsText('t') }, b: {} });
  await client.call('a__t');
  expect((await client.request('logging/setLevel', { level: 'error' })).result).toEqual({});
  expect(params(await gets(servers, 'a', 'logging/setLevel'))).toEqual({ level: 'error' });
  await client.request('tools/list');
  expect(params(await gets(servers, 'b', 'logging/setLevel'))).toEqual({ level: 'error' });
  servers.of('b').say('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x"}}');
  await until(() => said(client.messages, 'notifications/message').length === 1, 'the message passes');
});

test('PRX-11: servers that ask under one id are answered each its own; progress and withdrawal find their way', async () => {
  const { client, servers } = await connected({ a: {}, b: {} }, { sampling: {}, roots: {} });
  await client.request('tools/list');
  const ask = (name: string, data: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"from":"${name}","_meta":{"progressToken":"${data}"}}}`;
  servers.of('a').say(ask('a', 'pa'));
  servers.of('b').say(ask('b', 'pb'));
  const asked = await until(() => {
    const found = said(client.messages, 'sampling/createMessage');
    return found.length === 2 ? found : undefined;
  }, 'both ask');
  const idOf = (name: string) => asked.find((message) => message.params?.['from'] === name)?.id;
  expect(idOf('a')).not.toBe(idOf('b'));
  client.notify('notifications/progress', { progressToken: 'pb', progress: 1 });
  client.send(`{"jsonrpc":"2.0", "id":${String(idOf('b'))}, "result":{"for":"b","n":1.0}}`);
  const answered = await until(
    () => servers.of('b').frames.find(({ kind }) => kind === 'response'),
    'b has its answer',
  );
  expect(answered.bytes.toString()).toBe('{"jsonrpc":"2.0", "id":1, "result":{"for":"b","n":1.0}}');
  expect(servers.got('b', 'notifications/progress')).toHaveLength(1);
  expect(servers.got('a', 'notifications/progress')).toEqual([]);
  servers
    .of('a')
    .say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"enough"}}');
  const cancelled = await until(() => said(client.messages, 'notifications/cancelled')[0], 'it is withdrawn');
  expect(cancelled.params).toEqual({ requestId: idOf('a'), reason: 'enough' });
  client.notify('notifications/roots/list_changed');
  await gets(servers, 'a', 'notifications/roots/list_changed');
  await gets(servers, 'b', 'notifications/roots/list_changed');
});

test('a call is cancelled at its server only; its progress passes as it is, and no other server can speak of it', async () => {
  const { client, servers, audit } = await connected({
    a: { 'tools/list': toolsText('t'), 'tools/call': undefined },
    b: {},
  });
  await client.request('tools/list');
  const id = client.begin('tools/call', { name: 'a__t', arguments: {}, _meta: { progressToken: 'p' } });
  await gets(servers, 'a', 'tools/call');
  servers
    .of('b')
    .say('{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":9}}');
  servers.of('b').answer(String(id), '{"content":["forged"]}');
  servers
    .of('a')
    .say('{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}');
  const [progress] = await until(() => {
    const told = said(client.messages, 'notifications/progress');
    return told.length > 0 ? told : undefined;
  }, 'progress passes');
  expect(progress?.params).toEqual({ progressToken: 'p', progress: 1 });
  client.notify('notifications/cancelled', { requestId: id });
  expect(params(await gets(servers, 'a', 'notifications/cancelled'))).toMatchObject({ requestId: id });
  await settled();
  expect(servers.got('b', 'notifications/cancelled')).toEqual([]);
  expect(audit.of('call.outcome')).toMatchObject([{ server: 'a', tool: 't', outcome: 'cancelled' }]);
  expect(client.messages.some((message) => message.id === id)).toBe(false);
});

test('a task is asked for where it was made', async () => {
  const { client, servers } = await connected({
    a: {},
    b: {
      'tools/list': toolsText('t'),
      'tools/call': '{"task":{"taskId":"T1","status":"working"}}',
      'tasks/get': '{"status":"completed"}',
    },
  });
  await client.request('tools/list');
  await client.call('b__t');
  expect((await client.request('tasks/get', { taskId: 'T1' })).result).toEqual({ status: 'completed' });
  expect(servers.got('a', 'tasks/get')).toEqual([]);
  expect((await client.request('tasks/get', { taskId: 'other' })).error?.code).toBe(-32601);
});

test('an id that is still in use is refused, and a batch of the one version that has them is answered as one', async () => {
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('t'), 'tools/call': undefined } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize('2025-03-26');
  const id = client.begin('tools/call', { name: 'a__t' });
  await gets(servers, 'a', 'tools/call');
  client.send({ jsonrpc: '2.0', id, method: 'ping' });
  expect((await client.answer(null)).error?.message).toContain('already in use');
  client.send('[{"jsonrpc":"2.0","id":"x","method":"ping"},{"jsonrpc":"2.0","id":"y","method":"tools/list"}]');
  const batch = await until(() => client.lines.find((line) => line.startsWith('[')), 'the batch is answered');
  expect((JSON.parse(batch) as Message[]).map((message) => message.id)).toEqual(['x', 'y']);
});

test('the shorter names of a client that takes no longer ones lead back to the same tools', async () => {
  const long = 'a_tool_with_a_name_that_is_as_long_as_names_of_tools_become';
  const { gateway, servers } = profileGateway({ server: { 'tools/list': toolsText(long, `${long}s`) } });
  const { client } = attachTo(gateway, 'profile:p');
  const info = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'cursor-vscode', version: '1' } };
  await client.request('initialize', info);
  const { tools } = (await client.request('tools/list')).result as { tools: { name: string }[] };
  expect(tools.map(({ name }) => name.length)).toEqual([60, 60]);
  await client.call(tools[1]?.name ?? '');
  expect(params(servers.got('server', 'tools/call')[0])).toMatchObject({ name: `${long}s` });
});
