import { expect, test } from 'vitest';
import { attachTo } from '../../../support/gateway-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { gets, profileGateway, settled, toolsText } from '../../../support/profile-rig.ts';
import type { Message } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';
import { PortolanError } from '../../../../shared/errors.ts';

const namesOf = (answer: Message, member = 'tools') =>
  ((answer.result ?? {})[member] as { name: string }[]).map(({ name }) => name);
const missingOf = (answer: Message) =>
  (answer.result?.['_meta'] as Record<string, unknown> | undefined)?.['io.portolan/missing'];

test('a profile answers the handshake itself, and starts no server for it', async () => {
  const { gateway, servers } = profileGateway({ a: {}, b: {} });
  const { client } = attachTo(gateway, 'profile:p');
  const { result } = await client.initialize();
  expect(result).toMatchObject({
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'portolan', title: 'Portolan: p' },
    capabilities: { tools: { listChanged: true }, resources: { subscribe: true } },
    instructions: expect.stringContaining('a, b') as string,
  });
  expect((await client.request('ping')).result).toEqual({});
  expect(servers.opened).toEqual([]);
});

test('TOL-04: tools of all servers are listed in order under names of their own, and calls find back', async () => {
  const { gateway, servers, audit } = profileGateway({
    b: { 'tools/list': toolsText('read', 'write') },
    a: { 'tools/list': toolsText('read'), 'tools/call': '{"content":[],"own":1.0}' },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize('2025-11-25', { sampling: {} });
  const listed = await client.request('tools/list');
  expect(namesOf(listed)).toEqual(['b__read', 'b__write', 'a__read']);
  expect(missingOf(listed)).toBeUndefined();
  client.send('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{ "arguments":{"n":1.50}, "name":"a__read"}}');
  await client.answer('x');
  expect(client.lines.at(-1)).toBe('{"jsonrpc":"2.0","id":"x","result":{"content":[],"own":1.0}}');
  const [call] = servers.got('a', 'tools/call');
  expect(call?.bytes.toString()).toBe(
    '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{ "arguments":{"n":1.50}, "name":"read"}}',
  );
  expect(audit.of('call.outcome')).toMatchObject([
    {
      server: 'a',
      tool: 'read',
      requestId: '"x"',
      outcome: 'allowed',
      client: { name: 'test-client', version: '2.0.0' },
    },
  ]);
  const [handshake] = servers.got('b', 'initialize');
  expect(handshake?.message['params']).toMatchObject({
    capabilities: { sampling: {} },
    clientInfo: { name: 'test-client' },
  });
  expect(handshake?.id).toMatch(/^"portolan\//);
  expect(servers.of('b').methods.slice(0, 2)).toEqual(['initialize', 'notifications/initialized']);
});

test('TOL-10: a listed tool is the server’s own text but for its name', async () => {
  const tool =
    '{"inputSchema":{"$defs":{"x":{"$anchor":"y"}},"maximum":1.0},"name" : "t","_meta":{"k":1e3},"zz":"\\u0061"}';
  const { gateway } = profileGateway({ a: { 'tools/list': `{"tools":[ ${tool} ]}` } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  expect(client.lines.at(-1)).toContain(`{"tools":[${tool.replace('"t"', '"a__t"')}]}`);
});

test('a tool whose name is given twice is left out: no server can take another’s place', async () => {
  const { gateway } = profileGateway({
    a: { 'tools/list': '{"tools":[{"name":"x","inputSchema":{},"name":"b__pay"},{"name":"ok","inputSchema":{}}]}' },
    b: { 'tools/list': toolsText('pay') },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  expect(namesOf(await client.request('tools/list'))).toEqual(['a__ok', 'b__pay']);
});

test('a member that hangs delays the first list by a second at most, is named, and arrives by list_changed', async () => {
  const clock = new ManualClock();
  const { gateway, servers } = profileGateway(
    { a: { 'tools/list': toolsText('one') }, slow: { initialize: undefined } },
    { clock },
  );
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const id = client.begin('tools/list');
  await gets(servers, 'slow', 'initialize');
  await gets(servers, 'a', 'tools/list');
  await settled();
  clock.advance(999);
  await settled();
  expect(client.lines).toHaveLength(1);
  clock.advance(1);
  const first = await client.answer(id);
  expect(namesOf(first)).toEqual(['a__one']);
  expect(missingOf(first)).toEqual([{ server: 'slow', code: 'REQUEST_TIMEOUT' }]);
  expect((await client.call('a__one')).result).toEqual({ content: [] });
  const again = await client.request('tools/list');
  expect([namesOf(again), missingOf(again)], 'it was waited for once').toEqual([namesOf(first), missingOf(first)]);

  servers.replies['slow'] = { 'tools/list': toolsText('late') };
  const handshake = servers.got('slow', 'initialize')[0];
  servers.of('slow').answer(handshake?.id, '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}');
  await gets(servers, 'slow', 'tools/list');
  await settled();
  clock.advance(50);
  await until(() => client.messages.some(({ method }) => method === 'notifications/tools/list_changed'), 'it is told');
  expect(namesOf(await client.request('tools/list'))).toEqual(['a__one', 'slow__late']);
});

test('a dead member is named with its reason, its calls get its own error, and it follows when it works again', async () => {
  const { gateway, servers, audit } = profileGateway({
    a: { 'tools/list': toolsText('one') },
    dead: { 'tools/list': toolsText('two') },
  });
  servers.failures['dead'] = new PortolanError('SPAWN_NOT_FOUND', 'There is no such program.');
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const first = await client.request('tools/list');
  expect([namesOf(first), missingOf(first)]).toEqual([['a__one'], [{ server: 'dead', code: 'SPAWN_NOT_FOUND' }]]);
  expect((await client.call('dead__two')).error?.data?.code).toBe('SPAWN_NOT_FOUND');
  expect(audit.of('call.intent')).toMatchObject([{ server: 'dead', tool: 'two', client: { name: 'test-client' } }]);
  expect(audit.of('call.outcome')).toMatchObject([
    { server: 'dead', tool: 'two', outcome: 'error', reason: { code: 'SPAWN_NOT_FOUND' } },
  ]);
  servers.failures['dead'] = undefined;
  gateway.serverReady('dead');
  await until(() => client.messages.some(({ method }) => method === 'notifications/tools/list_changed'), 'it is told');
  expect(namesOf(await client.request('tools/list'))).toEqual(['a__one', 'dead__two']);
  expect((await client.call('dead__two')).result).toEqual({ content: [] });
});

test('a member that cannot be started is left alone for five seconds, however often a client lists', async () => {
  const clock = new ManualClock();
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('one') }, dead: {} }, { clock });
  let starts = 0;
  Object.defineProperty(servers.failures, 'dead', {
    get: () => {
      starts += 1;
      return new PortolanError('SPAWN_NOT_FOUND', 'There is no such program.');
    },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  const first = starts;
  for (let n = 0; n < 5; n++) expect(missingOf(await client.request('tools/list'))).toHaveLength(1);
  expect(starts).toBe(first);
  clock.advance(5_000);
  await client.request('tools/list');
  await settled();
  expect(starts).toBeGreaterThan(first);
});

test('a server that was lost is opened again for the next call', async () => {
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('t') }, b: {} });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  servers.of('a').lose();
  expect((await client.call('a__t')).result).toEqual({ content: [] });
  expect(servers.opened.filter(({ name }) => name === 'a')).toHaveLength(2);
  const lines = client.lines.length;
  await gateway.closeServer('a');
  await settled();
  // A server that is stopped on purpose is not started again by a client that lists anew.
  expect(client.lines).toHaveLength(lines);
  expect((await client.call('a__t')).result).toEqual({ content: [] });
  expect(servers.opened.filter(({ name }) => name === 'a')).toHaveLength(3);
});

test('an unknown tool is a wrong parameter, and the answer says what to do', async () => {
  const { gateway } = profileGateway({ a: { 'tools/list': toolsText('t') } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  expect((await client.call('a__none')).error).toMatchObject({
    code: -32602,
    message: 'This profile offers no tool called "a__none". List the tools again.',
  });
  expect((await client.request('tools/nothing')).error?.code).toBe(-32601);
});

test('PAG-01: a member’s pages are read to their end, whatever its cursors', async () => {
  const pages: Record<string, string> = {
    none: '{"tools":[{"name":"1","inputSchema":{}}],"nextCursor":""}',
    '': '{"tools":[{"name":"2","inputSchema":{}}],"nextCursor":"ü"}',
    ü: '{"tools":[{"name":"3","inputSchema":{}}]}',
  };
  const { gateway } = profileGateway({
    a: { 'tools/list': (frame) => pages[(frame.message['params'] as { cursor?: string }).cursor ?? 'none'] },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  expect(namesOf(await client.request('tools/list'))).toEqual(['a__1', 'a__2', 'a__3']);
});

test('PAG-02: long lists come in pages; a cursor of a list that has changed, or a foreign one, is refused', async () => {
  const many = Array.from({ length: 4500 }, (_, at) => `t${at}`);
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText(...many) } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const pages: string[][] = [];
  let cursor: unknown;
  do {
    const page: Message = await client.request('tools/list', cursor === undefined ? {} : { cursor });
    pages.push(namesOf(page));
    cursor = page.result?.['nextCursor'];
  } while (cursor !== undefined);
  expect(pages.map((page) => page.length)).toEqual([2000, 2000, 500]);
  expect(pages.flat()).toEqual(many.map((name) => `a__${name}`));
  const first = await client.request('tools/list');
  servers.replies['a'] = { 'tools/list': toolsText(...many.map((name) => `${name}x`)) };
  servers.of('a').say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
  await until(() => client.messages.some(({ method }) => method === 'notifications/tools/list_changed'), 'it is told');
  await client.request('tools/list');
  for (const bad of [first.result?.['nextCursor'], '', 'nonsense', 7]) {
    expect((await client.request('tools/list', { cursor: bad })).error?.code).toBe(-32602);
  }
});

test('a second client’s lists are answered at once from what is known, and read again behind', async () => {
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('one') } });
  const one = attachTo(gateway, 'profile:p');
  await one.client.initialize();
  await one.client.request('tools/list');
  servers.replies['a'] = { initialize: undefined };
  const two = attachTo(gateway, 'profile:p');
  await two.client.initialize();
  expect(namesOf(await two.client.request('tools/list'))).toEqual(['a__one']);
  const handshake = await gets(servers, 'a', 'initialize', 2);
  servers.replies['a'] = { 'tools/list': toolsText('one', 'two') };
  servers.of('a').answer(handshake.id, '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}');
  await until(
    () => two.client.messages.some(({ method }) => method === 'notifications/tools/list_changed'),
    'it is told',
  );
  expect(namesOf(await two.client.request('tools/list'))).toEqual(['a__one', 'a__two']);
  // What a client declares may change what a server lists.
  const three = attachTo(gateway, 'profile:p');
  await three.client.initialize('2025-11-25', { roots: {} });
  expect(namesOf(await three.client.request('tools/list'))).toEqual(['a__one', 'a__two']);
  expect(servers.got('a', 'initialize')).toHaveLength(3);
});

test('changes of several servers are told once', async () => {
  const clock = new ManualClock();
  const { gateway, servers } = profileGateway({ a: {}, b: {} }, { clock });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  for (const name of ['a', 'b', 'a']) {
    servers.of(name).say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
  }
  clock.advance(50);
  await until(() => client.lines.length > 2, 'it is told');
  await settled();
  expect(client.messages.slice(2).map(({ method }) => method)).toEqual(['notifications/tools/list_changed']);
  servers.replies['a'] = { 'tools/list': toolsText('new') };
  expect(namesOf(await client.request('tools/list'))).toEqual(['a__new']);
});
