// What a modern request must say, in its headers and in its message, and what it is told when it does not.
import { expect, test } from 'vitest';
import { modernRequest } from '../../../support/http-client.ts';
import { playedGateway, recordedGateway } from '../../../support/http-gateway-rig.ts';
import { until } from '../../../support/until.ts';

const PATH = '/mcp/s/recorder';
const META_VERSION = 'io.modelcontextprotocol/protocolVersion';

const good = () => modernRequest(1, 'tools/call', { name: 'grüße', arguments: { n: 1 } });
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

test.each<[string, Record<string, string | string[] | undefined>, number, number | undefined]>([
  ['everything as it should be', {}, 200, undefined],
  ['header names in another case', { 'Mcp-Method': undefined, 'MCP-METHOD': 'tools/call' }, 200, undefined],
  ['no Mcp-Method', { 'Mcp-Method': undefined }, 400, -32_020],
  ['another Mcp-Method', { 'Mcp-Method': 'tools/list' }, 400, -32_020],
  ['Mcp-Method in another case', { 'Mcp-Method': 'Tools/Call' }, 400, -32_020],
  ['Mcp-Method twice', { 'Mcp-Method': ['tools/call', 'tools/call'] }, 400, -32_020],
  ['no Mcp-Name', { 'Mcp-Name': undefined }, 400, -32_020],
  ['another Mcp-Name', { 'Mcp-Name': 'gruesse' }, 400, -32_020],
  ['another Mcp-Name in base64', { 'Mcp-Name': base64('Grüße') }, 400, -32_020],
  ['base64 that is none', { 'Mcp-Name': '=?base64?gr?=' }, 400, -32_020],
  ['base64 that is no UTF-8', { 'Mcp-Name': '=?base64?/w==?=' }, 400, -32_020],
  ['the marker in another case', { 'Mcp-Name': base64('grüße').replace('base64', 'BASE64') }, 400, -32_020],
  ['raw bytes beyond ASCII', { 'Mcp-Name': 'gr\u00fc\u00dfe' }, 400, -32_020],
  ['no MCP-Protocol-Version', { 'MCP-Protocol-Version': undefined }, 400, -32_020],
  ['another MCP-Protocol-Version', { 'MCP-Protocol-Version': '2027-01-01' }, 400, -32_020],
  ['an Mcp-Param that cannot be read', { 'Mcp-Param-Region': '=?base64?x?=' }, 400, -32_020],
])('HTM-15, HTM-19, GW-12: %s', async (_name, change, status, code) => {
  const { client, source } = await recordedGateway();
  source.onSend = (frame, upstream) => {
    if (frame.method === 'tools/call') queueMicrotask(() => upstream.answer(frame.id));
  };
  const { body, headers } = good();
  const all = { ...headers, 'Mcp-Name': base64('grüße'), ...change };
  const given: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) given[name] = value;
  const exchange = await client.answered(client.post(PATH, body, given));
  expect([exchange.status, exchange.messages[0]?.error?.code, exchange.messages[0]?.id]).toEqual([status, code, 1]);
  expect(source.opened.length).toBe(status === 200 ? 1 : 0);
});

test('HTM-15: a number in the message is compared with the header as a number', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(1, 'tasks/get', { taskId: 42 });
  client.post(PATH, body, { ...headers, 'Mcp-Name': '42.0' });
  await until(() => sessions[0]?.last, 'it was taken');
  const other = await client.answered(client.post(PATH, body, { ...headers, 'Mcp-Name': '43' }));
  expect(other.status).toBe(400);
});

test('PRX-15, BAS-12, BAS-14, HTM-16: what is wrong in the message has a number and a status', async () => {
  const { client, sessions } = await playedGateway();
  const ask = async (change: (body: Record<string, unknown>) => void, headers: Record<string, string> = {}) => {
    const request = modernRequest(1, 'tools/list');
    change(request.body);
    const exchange = client.post(PATH, request.body, { ...request.headers, ...headers });
    const { error } = await exchange.message();
    return [exchange.status, error?.code, error?.data];
  };
  const meta = (body: Record<string, unknown>) => (body['params'] as { _meta: Record<string, unknown> })._meta;
  expect((await ask((body) => delete body['params'])).slice(0, 2)).toEqual([400, -32_602]);
  expect((await ask((body) => delete meta(body)[META_VERSION])).slice(0, 2)).toEqual([400, -32_602]);
  expect((await ask((body) => delete meta(body)['io.modelcontextprotocol/clientCapabilities'])).slice(0, 2)).toEqual([
    400, -32_602,
  ]);
  expect(
    await ask((body) => (meta(body)[META_VERSION] = '2030-01-01'), { 'MCP-Protocol-Version': '2030-01-01' }),
  ).toEqual([400, -32_022, { supported: ['2026-07-28'], requested: '2030-01-01' }]);
  expect(
    await ask((body) => (meta(body)[META_VERSION] = '2030-01-01'), {
      'MCP-Protocol-Version': '2030-01-01',
      'Mcp-Method': 'other',
    }),
    'HTM-21: the mirrors of a version that is not known mean nothing',
  ).toEqual([400, -32_022, { supported: ['2026-07-28'], requested: '2030-01-01' }]);
  expect(
    (await ask((body) => (meta(body)[META_VERSION] = '2030-01-01'))).slice(0, 2),
    'header and message differ',
  ).toEqual([400, -32_020]);
  expect(
    (await ask((body) => (body['method'] = 'tools/nothing'), { 'Mcp-Method': 'tools/nothing' })).slice(0, 2),
  ).toEqual([404, -32_601]);
  for (const removed of ['initialize', 'ping', 'logging/setLevel']) {
    expect(
      (await ask((body) => (body['method'] = removed), { 'Mcp-Method': removed })).slice(0, 2),
      `${removed} is no method of this generation`,
    ).toEqual([404, -32_601]);
  }
  expect(sessions).toEqual([]);
});
