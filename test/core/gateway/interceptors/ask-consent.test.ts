import { expect, test } from 'vitest';
import { attachTo, gatewayOf } from '../../../support/gateway-rig.ts';
import { MemoryAudit } from '../../../support/memory-audit.ts';
import { profileGateway, toolsText } from '../../../support/profile-rig.ts';
import { RecordingSource } from '../../../support/recording-upstream.ts';
import { askConsent } from '../../../../core/gateway/interceptors/ask-consent.ts';
import { frameOf } from '../../../../core/connections/frame.ts';
import { toPortolanError } from '../../../../shared/errors.ts';

/** What becomes of a request of this client, when no client may use any server. */
function heldCode(method: string, gatewayClient?: string): string | undefined {
  const caller = { name: 'claims', ...(gatewayClient !== undefined && { gatewayClient }) };
  const session = { id: 's', server: 'tickets', caller };
  const frame = frameOf({ jsonrpc: '2.0', id: 1, method });
  try {
    void askConsent(() => false).before?.({ session, frame, id: '1', method, startedAt: 0, sent: false, ended: false });
    return undefined;
  } catch (error) {
    return toPortolanError(error).code;
  }
}

test('OA-31 whatever reads or changes something as the person is held, whatever only tells what a server offers is not', () => {
  const held = [
    'tools/call',
    'resources/read',
    'resources/subscribe',
    'prompts/get',
    'completion/complete',
    'tasks/get',
  ];
  const passing = ['initialize', 'ping', 'server/discover', 'tools/list', 'prompts/list', 'resources/list'];
  for (const method of [...held, 'tools/unknown'])
    expect([method, heldCode(method, 'desk')]).toEqual([method, 'APPROVAL_NEEDED']);
  for (const method of passing) expect([method, heldCode(method, 'desk')]).toEqual([method, undefined]);
});

test('programs that are started on this computer are asked nothing', async () => {
  const catalog = { get: () => undefined, list: () => [] };
  const source = new RecordingSource();
  const { gateway } = gatewayOf({ source, audit: new MemoryAudit(), catalog, mayUse: () => false });
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  source.onSend = (frame, upstream) => queueMicrotask(() => upstream.answer(frame.id, '{"content":[]}'));
  expect((await client.call('x')).result).toEqual({ content: [] });
  expect(heldCode('tools/call')).toBeUndefined();
});

test('OA-31 a profile does not lead around it: each of its servers is asked for by itself', async () => {
  const { gateway, servers, audit } = profileGateway(
    { tickets: { 'tools/list': toolsText('close') }, wiki: { 'tools/list': toolsText('edit') } },
    { mayUse: (client, server) => client === 'desk' && server === 'wiki' },
  );
  const caller = { name: 'desk', gatewayClient: 'desk' };
  const { client } = attachTo(gateway, 'profile:p', { caller });
  await client.initialize();
  await client.request('tools/list');
  expect((await client.call('wiki__edit')).result).toBeDefined();
  expect((await client.call('tickets__close')).error?.data?.code).toBe('APPROVAL_NEEDED');
  expect(servers.got('tickets', 'tools/call')).toEqual([]);
  expect(audit.of('call.outcome').at(-1)).toMatchObject({ server: 'tickets', tool: 'close', outcome: 'denied' });
});
