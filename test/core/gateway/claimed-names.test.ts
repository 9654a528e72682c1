// What a client or a server calls itself is shown and recorded, and decides nothing.
import { expect, test } from 'vitest';
import { META } from '../../../core/connections/era.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { inMemory } from '../../support/legacy-servers.ts';
import { ModernCaller } from '../../support/modern-caller.ts';
import { profileGateway, toolsText } from '../../support/profile-rig.ts';
import { modernParams } from '../../support/raw-client.ts';
import { until } from '../../support/until.ts';

const CLAIMS: [string, unknown][] = [
  ['an ordinary name', { name: 'some-client', version: '1' }],
  ['a well-known client', { name: 'claude-code', version: '2.0.0' }],
  ['a client with short names', { name: 'cursor-vscode', version: '1' }],
  ['Portolan’s own window', { name: 'Portolan window', version: '0.1.0' }],
  ['a name that objects have', { name: '__proto__', version: 'constructor' }],
  ['an empty name', { name: '', version: '' }],
  ['no name', undefined],
];

function claiming(info: unknown, params: object = {}): object {
  const { _meta: meta } = modernParams(params) as { _meta: object };
  return { ...params, _meta: { ...meta, [META.clientInfo]: info } };
}

test.each(CLAIMS)(
  'BAS-23: %s: the server gets the same bytes and the client the same answers',
  async (_title, info) => {
    const { gateway, source, audit } = recorderGateway();
    source.onSend = (frame, server) => {
      if (frame.kind === 'request') queueMicrotask(() => server.answer(frame.id, '{"resultType":"complete","n":1.0}'));
    };
    const { client } = attachTo(gateway, 'recorder');
    for (const method of ['server/discover', 'tools/list', 'tools/call']) {
      await client.request(method, claiming(info, { name: 'x' }));
    }
    expect(client.lines).toEqual(
      [1, 2, 3].map((id) => `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete","n":1.0}}`),
    );
    expect(source.last.frames.map(({ message }) => message['params'])).toEqual(
      Array(3).fill(JSON.parse(JSON.stringify(claiming(info, { name: 'x' })))),
    );
    expect(audit.pairs()).toMatchObject([{ outcomes: [{ outcome: 'allowed' }] }]);
  },
);

test('BAS-23: a modern client’s name changes no answer of a bridge or a profile', async () => {
  const answers = new Set<string>();
  for (const [, info] of CLAIMS.filter(([, claim]) => claim !== undefined)) {
    const caller = await ModernCaller.open(inMemory());
    const told = await caller.result('tools/list', {}, { [META.clientInfo]: info });
    const { gateway } = profileGateway({ server: { 'tools/list': toolsText('x'.repeat(54)) } });
    const { client } = attachTo(gateway, 'profile:p');
    const id = client.begin('tools/list', claiming(info));
    answers.add(JSON.stringify([told, (await client.answer(id)).result]));
  }
  expect(answers.size).toBe(1);
});

test('BAS-23: servers that call themselves alike, or like Portolan, are told apart by their names in the catalog', async () => {
  const serverInfo = { name: 'portolan', version: '1' };
  const initialize = JSON.stringify({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo });
  const { gateway, servers, audit } = profileGateway({
    a: { initialize, 'tools/list': toolsText('t') },
    b: { initialize, 'tools/list': toolsText('t') },
  });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const { result = {} } = await client.request('tools/list');
  expect((result['tools'] as { name: string }[]).map(({ name }) => name)).toEqual(['a__t', 'b__t']);
  await client.call('b__t');
  await until(() => audit.pairs()[0]?.outcomes.length === 1, 'the outcome is recorded');
  expect(audit.pairs()[0]?.intent).toMatchObject({ server: 'b', tool: 't' });
  expect(servers.got('a', 'tools/call')).toEqual([]);
});
