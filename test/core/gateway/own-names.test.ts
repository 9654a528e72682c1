// The names that Portolan itself puts into `_meta` and `extensions`, in everything that it sends to either side.
// (MCP 2025-11-25 and 2026-07-28, Base protocol, `_meta`; Versioning, extensions)
import { expect, test } from 'vitest';
import { META, OWN_EXTENSIONS } from '../../../core/connections/era.ts';
import type { Frame } from '../../../core/connections/frame.ts';
import { openBridge } from '../../support/bridge-rig.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { openRig } from '../../support/modern-bridge-rig.ts';
import { profileGateway, toolsText } from '../../support/profile-rig.ts';
import { modernParams, RawClient } from '../../support/raw-client.ts';
import { PortolanError } from '../../../shared/errors.ts';

const LABEL = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const NAME = '(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?';
const KEY = new RegExp(`^(?:(${LABEL}(?:\\.${LABEL})*)/)?${NAME}$`);
/** Keys without a prefix that the specification itself gives a meaning. */
const SPECIFIED = new Set<string>(['progressToken', ...Object.values(META)]);

/** The keys of every object under a member of this name, anywhere in the messages. */
function keysUnder(member: string, messages: readonly unknown[]): Set<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, child] of Object.entries(value)) {
      if (name === member && typeof child === 'object') for (const key of Object.keys(child ?? {})) found.add(key);
      look(child);
    }
  };
  messages.forEach(look);
  return found;
}

const read = (frames: readonly Frame[]) => frames.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown);
const linesOf = ({ messages }: RawClient): unknown[] => messages;

/** Everything that Portolan says of its own accord: as a client, as a profile, and on both sides of both bridges. */
async function everythingSaid(): Promise<unknown[]> {
  const local = recorderGateway();
  local.source.onSend = (frame, server) => {
    if (frame.method === 'tools/call') queueMicrotask(() => server.answer(frame.id));
  };
  await (await local.gateway.localClient({ name: 'Portolan window' }, 'recorder')).callTool(
    'x',
    {},
    { onProgress: () => undefined },
  );

  const said = [...read(local.source.last.frames)];
  for (const speak of ['legacy', 'modern'] as const) {
    const { gateway, servers } = profileGateway({ a: { 'tools/list': toolsText('t') }, dead: {} });
    servers.failures['dead'] = new PortolanError('SERVER_DISABLED', 'off');
    const { client } = attachTo(gateway, 'profile:p');
    const params = speak === 'modern' ? modernParams() : {};
    if (speak === 'legacy') await client.initialize();
    else await client.request('server/discover', params);
    for (const method of ['tools/list', 'prompts/list', 'resources/list']) await client.request(method, params);
    said.push(...linesOf(client), ...servers.opened.flatMap(({ upstream }) => read(upstream.frames)));
  }

  const legacy = await openBridge();
  await legacy.outcome('resources/subscribe', { uri: 'a:1' });
  await legacy.call('echo');
  said.push(...read(legacy.sent));

  const rig = await openRig({ capabilities: {} });
  const discovered = await rig.caller.result('server/discover');
  said.push(await rig.caller.result('tools/list'), { ...discovered, capabilities: {} }, ...read(rig.server.frames));
  return said;
}

test('BAS-27, BAS-29: own keys of `_meta` and names of extensions have the form of the specification, and a prefix of our own', async () => {
  const said = await everythingSaid();
  const keys = [...keysUnder('_meta', said)];
  const declared = Object.keys(OWN_EXTENSIONS);
  const extensions = [...keysUnder('extensions', said)].filter((name) => !declared.includes(name));
  expect([...keys, ...extensions].filter((key) => !KEY.test(key))).toEqual([]);
  const own = keys.filter((key) => !SPECIFIED.has(key));
  expect(own).toEqual(['io.portolan/missing']);
  for (const key of [...own, ...extensions]) {
    const [prefix, second] = [KEY.exec(key)?.[1], KEY.exec(key)?.[1]?.split('.')[1]];
    expect(prefix, key).toBeDefined();
    expect(['modelcontextprotocol', 'mcp'], key).not.toContain(second);
  }
});

test('BAS-27: an extension that one side names goes to the other under the same name, or not at all', async () => {
  const extensions = {
    'com.example/x': { a: 1 },
    'io.modelcontextprotocol/tasks': {},
    'io.modelcontextprotocol/ui': {},
  };
  const legacy = await openBridge({ capabilities: { extensions } });
  await legacy.call('echo');
  const kept = ['com.example/x', 'io.modelcontextprotocol/ui'];
  expect([...keysUnder('extensions', read(legacy.sentOf('tools/call')))]).toEqual([
    ...kept,
    ...Object.keys(OWN_EXTENSIONS),
  ]);
  const { caller, server } = await openRig({ capabilities: { extensions } });
  await caller.result('tools/list');
  expect([...keysUnder('extensions', read(server.frames))]).toEqual(kept);
});
