// Procedures on the HTTP gateway. Turning it on and off and every client of it are recorded.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function gatewayApi(os: DomainImplementer<'gateway'>, parts: Pick<HostParts, 'audit' | 'httpGateway'>) {
  const { audit, httpGateway } = parts;
  return {
    status: os.status.handler(() => httpGateway.status()),
    configure: os.configure.handler(({ input, context }) => {
      const isOn = input.enabled ?? httpGateway.isOn;
      const what = Object.entries(input).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
      const kind = isOn ? 'gateway.enabled' : 'gateway.disabled';
      return audited(audit, context, { kind, what: what.join(', ') }, () => httpGateway.configure(input));
    }),
    addClient: os.addClient.handler(({ input, context }) => {
      const { name, targets, openPath } = input;
      const detail = {
        ...(targets && { targets: targets.join(' ') }),
        ...(openPath === true && { open_path: 'true' }),
      };
      return audited(audit, context, { kind: 'gateway.client.added', what: name, detail }, () =>
        httpGateway.addClient(input),
      );
    }),
    allow: os.allow.handler(({ input, context }) => {
      const { client, server } = input;
      const { name = client } = httpGateway.status().clients.find(({ id }) => id === client) ?? {};
      return audited(audit, context, { kind: 'gateway.client.allowed', server, what: name }, () =>
        httpGateway.allow(client, server),
      );
    }),
    revokeClient: os.revokeClient.handler(async ({ input, context }) => {
      const { name = input.id } = httpGateway.status().clients.find(({ id }) => id === input.id) ?? {};
      await audited(audit, context, { kind: 'gateway.client.revoked', what: name }, () =>
        httpGateway.revokeClient(input.id),
      );
      return {};
    }),
    snippets: os.snippets.handler(({ input }) => httpGateway.snippets(input.target)),
  };
}
