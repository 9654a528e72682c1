// Rules of the protocol that a profile keeps towards its members and its client.
import { expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { attachTo } from '../../../support/gateway-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { profileGateway, type Replies, settled, toolsText } from '../../../support/profile-rig.ts';
import { modernParams } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';

const DAY_MS = 24 * 3_600_000;

function handshake(more: object): Replies[string] {
  return JSON.stringify({
    protocolVersion: '2025-11-25',
    capabilities: {},
    serverInfo: { name: 's', version: '1' },
    ...more,
  });
}

test('BAS-06: a member that answers in a version that nobody here knows is left and named; the others are listed', async () => {
  const { gateway, servers } = profileGateway({
    odd: { initialize: handshake({ protocolVersion: '2099-01-01' }), 'tools/list': toolsText('t') },
    good: { 'tools/list': toolsText('t') },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const { result = {} } = await client.request('tools/list');
  expect((result['tools'] as { name: string }[]).map(({ name }) => name)).toEqual(['good__t']);
  expect(result['_meta']).toEqual({ 'io.portolan/missing': [{ server: 'odd', code: 'PROTOCOL_ERROR' }] });
  expect(servers.of('odd').methods).toEqual(['initialize']);
  await until(() => servers.of('odd').closed, 'the connection is ended');
});

test('BAS-08: a member is asked only for what it has declared', async () => {
  const { gateway, servers } = profileGateway({
    tools: { initialize: handshake({ capabilities: { tools: {} } }), 'tools/list': toolsText('t') },
    prompts: { initialize: handshake({ capabilities: { prompts: {} } }) },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  for (const list of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
    expect((await client.request(list)).error).toBeUndefined();
  }
  expect((await client.request('logging/setLevel', { level: 'info' })).error).toBeUndefined();
  await settled();
  const asked = (name: string) => servers.of(name).methods.slice(2);
  expect([asked('tools'), asked('prompts')]).toEqual([['tools/list'], ['prompts/list']]);
});

test('CAC-05: every page of a list says how long and for whom it may be kept, and all say the same', async () => {
  const names = Array.from({ length: 4500 }, (_, n) => `t${n}`);
  const { gateway } = profileGateway({ a: { 'tools/list': toolsText(...names) } });
  const { client } = attachTo(gateway, 'profile:p');
  const pages: unknown[] = [];
  let cursor: unknown;
  do {
    const { result = {} } = await client.request('tools/list', modernParams(cursor === undefined ? {} : { cursor }));
    const { cacheScope, resultType, ttlMs } = result;
    pages.push({ cacheScope, resultType, ttlMs, who: Object.keys(result['_meta'] as object) });
    cursor = result['nextCursor'];
  } while (cursor !== undefined);
  const page = { cacheScope: 'private', resultType: 'complete', ttlMs: 0, who: [META.serverInfo] };
  expect(pages).toEqual([page, page, page]);
});

test('BAS-19, BAS-22, CAC-05: what a profile answers itself is complete, says for how long and whose it is', async () => {
  const { gateway } = profileGateway({ a: {} });
  const { client } = attachTo(gateway, 'profile:p');
  for (const method of [
    'server/discover',
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
  ]) {
    const { result } = await client.request(method, modernParams());
    expect(result, method).toMatchObject({
      resultType: 'complete',
      ttlMs: expect.any(Number) as number,
      cacheScope: 'private',
      _meta: { [META.serverInfo]: { name: 'portolan', version: expect.any(String) as string } },
    });
    expect(result?.['ttlMs'], method).toBeGreaterThanOrEqual(0);
  }
});

test('CAC-06: lists are asked for when a client asks, and never by the clock', async () => {
  const clock = new ManualClock();
  const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('t') } }, { clock });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  const before = servers.of('a').methods.length;
  for (let hour = 0; hour < 24; hour += 1) {
    clock.advance(DAY_MS / 24);
    await settled();
  }
  expect([servers.opened.length, servers.of('a').methods.length]).toEqual([1, before]);
});

test('APP-01: the mark of a tool that only an app may see passes unchanged, and the tool with it', async () => {
  const mark = '"_meta":{"ui":{"visibility":["app"],  "resourceUri":"ui://a\\/b"}}';
  const tool = `{"name":"t","inputSchema":{"type":"object"},${mark}}`;
  const { gateway } = profileGateway({ a: { 'tools/list': `{"tools":[${tool}]}` } });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  expect(client.lines.at(-1)).toContain(`{"name":"a__t","inputSchema":{"type":"object"},${mark}}`);
});
